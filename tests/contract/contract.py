#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""
Drives balloonsim over its two sockets as a test of somebody else's would, and checks what it
promises: the stand-in for QEMU under qtest, in each profile.

    contract.py [-v] [--profile P] [NAME...]     balloonsim, found by BALLOONSIM_BIN
    contract.py [-v] --qemu PATH [--accel qtest] the same on a real QEMU, which proves the script;
                                                 checks of the simulator's own are left out, with
                                                 the accelerator "tcg" those of a stepped clock too

Without names all checks run. The last line counts.
"""

import argparse
import os
import sys
import traceback

import machine_checks  # noqa: F401  the order of these is the order of the checks
import time_checks  # noqa: F401
import qmp_checks  # noqa: F401
from place import CHECKS, PROFILES, Place
from wires import Machine


def run(options, profile, names):
    place = Place(options, profile)
    left_out = 0
    for name, function, needs in CHECKS:
        if names and name not in names:
            continue
        if not all(place.has(need) for need in needs):
            left_out += 1
            continue
        place.name = name
        try:
            function(place)
        except Exception:  # a machine that has gone fails this check and no other
            place.true("ran to its end", False, traceback.format_exc().strip())
    if left_out:
        print(f"{left_out} checks left out: not for this machine")
    return place.passed, place.failed


def find_profile(options):
    """Of a real QEMU, by its greeting."""
    options.accel = options.accel or "tcg"
    with Machine(Place(options, "7.2").command(device="none")) as machine:
        version = machine.connect().qmp.greeting["QMP"]["version"]["qemu"]
    return f"{version['major']}.{version['minor']}"


def main():
    parser = argparse.ArgumentParser(description="Check balloonsim against its contract.")
    parser.add_argument("-v", "--verbose", action="store_true", help="name what passed, too")
    parser.add_argument("--profile", choices=PROFILES, help="only this one")
    parser.add_argument("--qemu", metavar="PATH", help="a real QEMU instead of balloonsim")
    parser.add_argument("--accel", choices=("tcg", "qtest"), help="of QEMU (default: tcg)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of checks (default: all)")
    options = parser.parse_args()
    if options.qemu:
        profiles = [find_profile(options)]
    else:
        if "BALLOONSIM_BIN" not in os.environ:
            parser.error("BALLOONSIM_BIN: name the program, such as build/cli/balloonsim")
        profiles = [options.profile] if options.profile else PROFILES
    results = [run(options, profile, options.names) for profile in profiles]
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
