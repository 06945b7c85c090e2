# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the scripts here share: a machine with a QMP socket (QEMU or balloonsim), stopped before its
first instruction, and conversations with it in which everything that comes back is kept."""
import os
import re
import shlex
import socket
import subprocess
import tempfile
import time

# Behind each input: a byte that brings every QEMU's parser back to its beginning, then a command
# whose reply says that everything before has been answered.
END = b'\n\xff\n{"execute":"query-version","id":"END"}'
TIMEOUT_S = 20
TIMESTAMP = re.compile(rb'"seconds": \d+, "microseconds": \d+')

COMMON = ['-accel', 'tcg', '-nodefaults', '-display', 'none', '-m', '64', '-S']
MACHINES = {
    'mmio': ['-M', 'microvm,pit=off,pic=off,rtc=off,isa-serial=off,acpi=off',
             '-global', 'virtio-mmio.force-legacy=off',
             '-device', 'virtio-balloon-device,id=b0'],
    'pci': ['-M', 'pc', '-device', 'virtio-balloon-pci,id=b0'],
}
SIMULATED = {
    'mmio': ['--device', 'virtio-balloon-device,id=b0'],
    'pci': ['--device', 'virtio-balloon-pci,id=b0'],
}


def qemu_command(machine):
    return shlex.split(os.environ.get('QEMU', 'qemu-system-x86_64')) + COMMON + MACHINES[machine]


def balloonsim_command(profile, machine):
    program = shlex.split(os.environ.get('BALLOONSIM', 'balloonsim'))
    return program + ['--profile', profile, '--paused'] + SIMULATED[machine]


class Machine:
    def __init__(self, command, is_qemu):
        self.directory = tempfile.TemporaryDirectory(prefix='qmp-')
        self.path = os.path.join(self.directory.name, 'qmp')
        option = ['-qmp', f'unix:{self.path},server=on,wait=off'] if is_qemu else \
                 ['--qmp', self.path]
        self.process = subprocess.Popen(command + option, stdin=subprocess.DEVNULL)

    def connect(self):
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            peer = socket.socket(socket.AF_UNIX)
            peer.settimeout(TIMEOUT_S)
            try:
                peer.connect(self.path)
                return peer
            except OSError:
                peer.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def converse(self, sent):
        """All that comes back in a conversation of its own, line by line without CR LF; the greeting
        first, the reply to END left out."""
        received = b''
        with self.connect() as peer:
            peer.sendall(sent + END)
            while not (received.endswith(b'\r\n') and b'"END"' in received[-1000:]):
                more = peer.recv(1 << 20)
                if not more:
                    break
                received += more
        return TIMESTAMP.sub(b'"seconds": 0, "microseconds": 0', received).split(b'\r\n')[:-2]

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()


def escape(raw):
    return ''.join(chr(byte) if 0x20 <= byte < 0x7f and byte != 0x5c else
                   '\\\\' if byte == 0x5c else f'\\x{byte:02x}' for byte in raw)


def unescape(text):
    return re.sub(rb'\\(\\|x([0-9a-f]{2}))',
                  lambda found: bytes([int(found[2], 16)]) if found[2] else b'\\', text.encode())


def read_inputs(machine):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'qmp-vectors', machine)
    with open(path, encoding='ascii') as lines:
        return [unescape(line.rstrip('\n')) for line in lines]
