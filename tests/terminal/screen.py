# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a terminal of the kind "xterm" shows after it has been sent some text: as much of one as
ncurses makes use of. Every character is one column wide."""
import re

SEQUENCE = re.compile(r'\x1b\[([?>]?)([0-9;]*)([@-~])|\x1b[()][0-9A-Z]|\x1b[=>78M]|'
                      r'\x1b\][^\x07]*\x07')
BEGUN = re.compile(r'\x1b(\[[?>]?[0-9;]*|[()]|\][^\x07]*)?$')


class Screen:
    """Lines of text, and a cursor."""

    def __init__(self, rows, columns):
        self.row = self.column = 0
        self.rest = ''
        self.is_other = False
        self.last = ' '
        self.lines = []
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines = [line[:columns].ljust(columns) for line in self.lines[:rows]]
        self.lines += [' ' * columns] * (rows - len(self.lines))
        self.top, self.bottom = 0, rows
        self.move(self.row, self.column)

    def move(self, row, column):
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)

    def put(self, text):
        """Over what is there, from the cursor on."""
        line = self.lines[self.row]
        self.lines[self.row] = (line[:self.column] + text +
                                line[self.column + len(text):])[:self.columns]

    def scroll(self, at, count):
        """Lines from `at` on go down or, with a negative count, up."""
        blank = [' ' * self.columns] * abs(count)
        part = self.lines[at:self.bottom]
        part = blank + part[:-count] if count > 0 else part[-count:] + blank
        self.lines[at:self.bottom] = part[:self.bottom - at]

    def control(self, char):
        if char == '\r':
            self.column = 0
        elif char == '\b':
            self.move(self.row, self.column - 1)
        elif char == '\t':
            self.move(self.row, self.column // 8 * 8 + 8)
        elif char == '\n' and self.row + 1 == self.bottom:
            self.scroll(self.top, -1)
        elif char == '\n':
            self.move(self.row + 1, self.column)

    def write(self, char):
        if self.column == self.columns:
            self.column = 0
            self.control('\n')
        self.put(char)
        self.column += 1
        self.last = char

    def erase(self, what, is_all):
        line = self.lines[self.row]
        first, end = (0 if what else self.column), (self.column + 1 if what == 1 else self.columns)
        self.lines[self.row] = line[:first] + ' ' * (end - first) + line[end:]
        for i in range(self.rows) if is_all else ():
            if what == 2 or (what == 1) == (i < self.row) and i != self.row:
                self.lines[i] = ' ' * self.columns

    def obey(self, name, numbers):
        first = numbers[0] or 1
        line = self.lines[self.row]
        if name in 'Hf':
            self.move(first - 1, (numbers + [0])[1] - 1)
        elif name in 'ABCD':
            down, right = {'A': (-1, 0), 'B': (1, 0), 'C': (0, 1), 'D': (0, -1)}[name]
            self.move(self.row + first * down, self.column + first * right)
        elif name == 'd':
            self.move(first - 1, self.column)
        elif name == 'G':
            self.move(self.row, first - 1)
        elif name in 'JK':
            self.erase(numbers[0], name == 'J')
        elif name == 'X':
            self.put(' ' * first)
        elif name == 'P':
            self.lines[self.row] = (line[:self.column] + line[self.column + first:]).ljust(
                self.columns)
        elif name == '@':
            self.lines[self.row] = (line[:self.column] + ' ' * first +
                                    line[self.column:])[:self.columns]
        elif name in 'LM':
            self.scroll(self.row, first if name == 'L' else -first)
        elif name in 'ST':
            self.scroll(self.top, first if name == 'T' else -first)
        elif name == 'r':
            self.top, self.bottom = first - 1, (numbers + [0])[1] or self.rows
            self.move(0, 0)
        elif name == 'b':
            for _ in range(first):
                self.write(self.last)
        else:
            assert name in 'mhlt', 'CSI %s' % name

    def feed(self, text):
        text = self.rest + text
        begun = BEGUN.search(text)
        self.rest = text[begun.start():] if begun else ''
        text = text[:begun.start()] if begun else text
        while text:
            match = SEQUENCE.match(text)
            if match and match.group(3):
                if match.group(1) == '':
                    self.obey(match.group(3),
                              [int(n or 0) for n in match.group(2).split(';')])
                elif match.group(2) == '1049':  # to the other screen, and back
                    self.erase(2, True)
                    self.is_other = match.group(3) == 'h'
            elif match and match.group(0) == '\x1bM' and self.row == self.top:
                self.scroll(self.top, 1)
            elif match and match.group(0) == '\x1bM':
                self.move(self.row - 1, self.column)
            elif not match and text[0] < ' ':
                self.control(text[0])
            elif not match:
                self.write(text[0])
            text = text[match.end() if match else 1:]

    def show(self):
        """Its lines, without the blanks at their ends."""
        return '\n'.join(line.rstrip() for line in self.lines)
