# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of balloonctl's command line for fish: the program itself knows what may stand where.

function __balloonctl_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    $words[1] __complete $words[2..] (commandline --cut-at-cursor --current-token) 2>/dev/null
end

complete --command balloonctl --no-files --arguments '(__balloonctl_complete)'
