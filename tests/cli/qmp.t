Any command of QEMU's monitor, and what it returns, as it came.

  $ stub vm 'query-version = {"qemu":{"micro":0,"minor":2,"major":9},"package":""}'
  $ balloonctl -c vm qmp query-status
  {
    "status": "running",
    "singlestep": false,
    "running": true
  }
  $ balloonctl -c vm qmp qom-list '{ "path" : "/machine/peripheral" }'
  [
    {
      "name": "type",
      "type": "string"
    },
    {
      "name": "balloon0",
      "type": "child<virtio-balloon-pci>"
    }
  ]
  $ tail -n 1 vm.log
  {"execute":"qom-list","arguments":{"path":"/machine/peripheral"},"id":1}
  $ balloonctl -c vm qmp query-version
  {
    "qemu": {
      "micro": 0,
      "minor": 2,
      "major": 9
    },
    "package": ""
  }

Values of every kind, every number with all its digits; what drives a terminal is escaped.

  $ stub kinds 'x1 = []' 'x2 = {}' 'x3 = null' 'x4 = "a\u001b[1m\u202e\"\\\u009b\u007f€"' \
  >   'x5 = 18446744073709551615' 'x6 = [[], {}, [1.50, -0, 1e400], {"a": {"b": [true, false]}}]' \
  >   'x7 = 123456789012345678901234567890'
  $ for i in 1 2 3 4 5 6 7; do balloonctl -c kinds qmp x$i; done
  []
  {}
  null
  "a\u001b[1m\u202e\"\\\u009b\u007f€"
  18446744073709551615
  [
    [],
    {},
    [
      1.50,
      -0,
      1e400
    ],
    {
      "a": {
        "b": [
          true,
          false
        ]
      }
    }
  ]
  123456789012345678901234567890
  $ balloonctl -c kinds qmp x1 '{"n":18446744073709551615,"r":1.50,"s":"\u00e9\"","l":[{}],"b":true,"z":null}'
  []
  $ tail -n 1 kinds.log
  {"execute":"x1","arguments":{"n":18446744073709551615,"r":1.50,"s":"é\"","l":[{}],"b":true,"z":null},"id":1}

Several VMs give one document each.

  $ stub vm2 'query-status ! GenericError it is not for you'
  $ stub vm3 'query-status = {"status": "paused"}'
  $ balloonctl -c vm2 qmp query-status
  2> vm2: query-status: it is not for you (GenericError)
  => 1
  $ balloonctl -c vm3 -c vm2 -c kinds qmp query-status
  {
    "address": "vm3",
    "return": {
      "status": "paused"
    }
  }
  {
    "address": "kinds",
    "return": {
      "status": "running",
      "singlestep": false,
      "running": true
    }
  }
  2> vm2: query-status: it is not for you (GenericError)
  => 1

Arguments from standard input.

  $ echo '{"path": "/machine/peripheral"}' | balloonctl -c vm qmp qom-list -
  [
    {
      "name": "type",
      "type": "string"
    },
    {
      "name": "balloon0",
      "type": "child<virtio-balloon-pci>"
    }
  ]
  $ tail -n 1 vm.log
  {"execute":"qom-list","arguments":{"path":"/machine/peripheral"},"id":1}
  $ printf '{"path": 1}\0' | balloonctl -c vm qmp qom-list -
  2> standard input: a NUL byte is no JSON
  => 2
  $ echo '{"path": ' | balloonctl -c vm qmp qom-list -
  2> standard input: not a JSON object; give the arguments of qom-list such as {"path": "/machine"}
  => 2
  $ balloonctl -c vm qmp qom-list - < /
  2> standard input: Is a directory
  => 1
  $ printf "qmp qom-list -\n{}\n" | balloonctl -c vm shell
  2> '-': the shell reads standard input itself; give the JSON object as a word
  2> standard input:1: 'qmp qom-list -' failed with status 2
  => 2

What is wrong is said before anything is sent, and before a VM is connected to.

  $ rm vm.log
  $ balloonctl -c vm qmp
  2> qmp: no command; give one, such as query-status
  => 2
  $ balloonctl -c vm qmp 'query status'
  2> 'query status': not the name of a QMP command; give one such as query-status
  => 2
  $ balloonctl -c vm qmp ''
  2> '': not the name of a QMP command; give one such as query-status
  => 2
  $ balloonctl -c nowhere qmp qom-list '[1]'
  2> '[1]': not a JSON object; give the arguments of qom-list such as '{"path": "/machine"}'
  => 2
  $ balloonctl -c nowhere qmp qom-list '{"a": 1, "a": 2}'
  2> '{"a": 1, "a": 2}': not a JSON object; give the arguments of qom-list such as '{"path": "/machine"}'
  => 2
  $ balloonctl -c vm qmp qom-list '{} {}'
  2> '{} {}': not a JSON object; give the arguments of qom-list such as '{"path": "/machine"}'
  => 2
  $ balloonctl -c vm qmp qom-list "{'path': '/machine'}"
  2> '{'path': '/machine'}': not a JSON object; give the arguments of qom-list such as '{"path": "/machine"}'
  => 2
  $ balloonctl -c nowhere qmp qom-list "{'a': $(printf '東%.0s' $(seq 1000))}"
  2> '{'a': 東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東'...: not a JSON object; give the arguments of qom-list such as '{"path": "/machine"}'
  => 2
  $ balloonctl -c nowhere qmp qom-list "{\"a\": $(printf '[%.0s' $(seq 200))$(printf ']%.0s' $(seq 200))}" 2>&1 | wc -c
  188
  $ for json in '{"a": "\ud800"}' "$(printf '{"a": "\377"}')" '{"a": 01}' '{"a": NaN}' '{"a": "'; do
  >   balloonctl -c nowhere qmp qom-list "$json"
  > done 2>&1 | sed 's/; give.*//'
  '{"a": "\ud800"}': not a JSON object
  '{"a": "\xff"}': not a JSON object
  '{"a": 01}': not a JSON object
  '{"a": NaN}': not a JSON object
  '{"a": "': not a JSON object
  $ balloonctl -c vm qmp qom-list '{}' more
  2> balloonctl qmp: Too many arguments
  2> Try `balloonctl qmp --help' or `balloonctl qmp --usage' for more information.
  => 2
  $ cat vm.log
  2> cat: vm.log: No such file or directory
  => 1

A VM that does not know the command, and one that says nothing.

  $ balloonctl -c 'sim:profile=11.1' qmp no-such-command
  2> sim:profile=11.1: no-such-command: The command no-such-command has not been found (CommandNotFound)
  => 1
  $ balloonctl -c 'sim:profile=11.1' qmp query-balloon
  {
    "actual": 1073741824
  }
  $ stub mute silent
  $ balloonctl -c mute --timeout 0.1 qmp query-status 2>&1 | sed 's/ (.*//'
  mute: no greeting after 100 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
