A closed standard error is not the VM's either: each request reaches it once.

  $ stub vm
  $ BALLOONCTL_DEBUG=1 balloonctl -c vm interval 2>&-
  2
  $ grep -c query-name vm.log
  1
