# SPDX-License-Identifier: LGPL-2.1-or-later
"""Item 8 of the contract: QMP, its commands, errors and events."""

from place import ABSENT, DEFAULT_BASE, MIB, PATH, check, set_up, statistics, stats_of
from wires import Qmp


# QMP -------------------------------------------------------------------------------------------


@check()
def greeting_and_negotiation(place):
    with place.start() as machine:
        major, minor = place.profile.split(".")
        version = machine.qmp.greeting["QMP"]["version"]["qemu"]
        place.equal("version", (version["major"], version["minor"]), (int(major), int(minor)))
        place.equal("capabilities", machine.qmp.greeting["QMP"]["capabilities"], ["oob"])
        place.equal("query-version", machine.qmp.execute("query-version"),
                    machine.qmp.greeting["QMP"]["version"])
        place.refused("twice", "CommandNotFound",
                      "Capabilities negotiation is already complete, command ignored",
                      lambda: machine.qmp.execute("qmp_capabilities"))
        machine.qmp.close()
        machine.qmp = Qmp(machine.paths["qmp"], negotiate=False)
        place.refused("before", "CommandNotFound",
                      "Expecting capabilities negotiation with 'qmp_capabilities'",
                      lambda: machine.qmp.execute("query-name"))
        machine.qtest.put(DEFAULT_BASE + 0x104, 9)
        place.equal("with oob", machine.qmp.execute("qmp_capabilities", enable=["oob"]), {})
        machine.qmp.sync()
        place.equal("events before it are lost", machine.qmp.take("BALLOON_CHANGE"), [])


@check()
def lines_and_members(place):
    with place.start() as machine:
        rows = (
            (b'{"execute":"query-balloon","id":"x"}',
             b'{"return": {"actual": 67108864}, "id": "x"}\r'),
            (b"{'execute':'qom-get','id':[1],'arguments':{'path':'b0','property':"
             b"'guest-stats-polling-interval'}}", b'{"return": 0, "id": [1]}\r'),
            (b'{"execute":"nope","id":1}', b'{"id": 1, "error": {"class": "CommandNotFound", '
             b'"desc": "The command nope has not been found"}}\r'),
            (b'{"execute":"query-status"}',
             b'{"return": {"status": "running", "running": true}}\r' if place.knows("10.0") else
             b'{"return": {"status": "running", "singlestep": false, "running": true}}\r'),
        )
        for request, expected in rows:
            machine.qmp.send(request)
            machine.qmp.reply()
            place.equal(request.decode(), machine.qmp.raw, expected)


@check()
def errors_of_commands(place):
    unfit = "Invalid parameter type for '{}', expected: {}".format
    interval = "guest-stats-polling-interval"
    rows = [
        ("qom-get", {"path": "/nope", "property": "x"}, "DeviceNotFound",
         "Device '/nope' not found"),
        ("qom-get", {"path": PATH, "property": "x"}, "GenericError",
         "Property 'virtio-balloon-device.x' not found"),
        ("qom-get", {"path": "/", "property": "x"}, "GenericError",
         "Property 'container.x' not found"),
        ("qom-get", {"path": PATH}, "GenericError", "Parameter 'property' is missing"),
        ("qom-get", {"path": 5, "property": "x"}, "GenericError", unfit("path", "string")),
        ("qom-set", {"path": PATH, "property": "guest-stats", "value": 1}, "GenericError",
         "Property 'virtio-balloon-device.guest-stats' is not writable"),
        ("qom-set", {"path": PATH, "property": "type", "value": "x"}, "GenericError",
         "Property 'virtio-balloon-device.type' is not writable"),
        ("qom-set", {"path": PATH, "property": interval, "value": "5"}, "GenericError",
         unfit(interval, "integer")),
        ("qom-set", {"path": PATH, "property": interval, "value": 1.0}, "GenericError",
         unfit(interval, "integer")),
        ("qom-set", {"path": PATH, "property": interval, "value": None}, "GenericError",
         unfit(interval, "integer")),
        ("balloon", {"value": 0}, "GenericError",
         "Parameter '{}' expects a size".format("value" if place.knows("10.0") else "target")),
        ("balloon", {"value": -1}, "GenericError",
         "Parameter '{}' expects a size".format("value" if place.knows("10.0") else "target")),
        ("balloon", {"value": "1"}, "GenericError", unfit("value", "integer")),
        ("balloon", {}, "GenericError", "Parameter 'value' is missing"),
        ("stop", {"x": 1}, "GenericError", "Parameter 'x' is unexpected"),
        ("qom-list", {"path": "/nope"}, "DeviceNotFound", "Device '/nope' not found"),
        ("device-list-properties", {"typename": "nope"}, "DeviceNotFound",
         "Device 'nope' not found"),
        ("qom-list-properties", {"typename": "nope"}, "DeviceNotFound", "Class 'nope' not found"),
    ]
    with place.start() as machine:
        for command, arguments, kind, desc in rows:
            place.refused(f"{command} {arguments}", kind, desc,
                          lambda: machine.qmp.execute(command, **arguments))
        place.equal("interval", machine.qmp.get(PATH, interval), 0)


@check()
def malformed_input(place):
    new = place.knows("11.1")
    rows = [
        (b"[]", "QMP input must be a JSON object"),
        (b"{}", "QMP input lacks member 'execute'"),
        (b'{"execute":5}', "QMP input member 'execute' must be a string"),
        (b'{"execute":"stop","arguments":[]}', "QMP input member 'arguments' must be an object"),
        (b'{"execute":"stop","foo":1}', "QMP input member 'foo' is unexpected"),
        (b'{"a":1,"a":2}', "JSON parse error, duplicate key"),
        (b'{"a" "b"}', "JSON parse error, expecting ':'" if new else
         "JSON parse error, missing : in object pair"),
        (b"[1 2]", "JSON parse error, expected ',' or ']'" if new else
         "JSON parse error, expected separator in list"),
        (b'{"a": nope}', "JSON parse error, invalid keyword 'nope'"),
    ]
    with place.start() as machine:
        for request, expected in rows:
            machine.qmp.send(request + b"\n")
            desc = machine.qmp.reply()["error"]["desc"]
            if new and "JSON parse" in desc:
                desc = desc[desc.index("JSON"):]
            place.equal(request.decode(), desc, expected)
        place.equal("goes on", machine.qmp.execute("query-name"), {})


@check()
def the_object_tree(place):
    with place.start() as machine:
        execute = machine.qmp.execute
        entries = execute("qom-list", path="/machine/peripheral")
        place.true("peripheral", {"name": "b0", "type": "child<virtio-balloon-device>"} in entries,
                   entries)
        entries = {entry["name"]: entry["type"] for entry in execute("qom-list", path=PATH)}
        place.equal("guest-stats", entries.get("guest-stats"), "guest statistics")
        place.equal("the interval", entries.get("guest-stats-polling-interval"), "int")
        for path in ("b0", "peripheral/b0", "//machine//peripheral/b0/"):
            place.equal(path, machine.qmp.get(path, "type"), "virtio-balloon-device")
        names = [entry["name"] for entry in
                 execute("qom-list-types", implements="virtio-balloon-device")]
        place.equal("types", names, ["virtio-balloon-device"])
        place.equal("unknown types", execute("qom-list-types", implements="nope"), [])
        for command in ("device-list-properties", "qom-list-properties"):
            names = {entry["name"] for entry in execute(command, typename="virtio-balloon-device")}
            place.true(command, {"guest-stats", "guest-stats-polling-interval"} <= names, names)
        if place.knows("11.1"):
            listed = execute("qom-list-get", paths=[PATH])[0]["properties"]
            values = {entry["name"]: entry.get("value") for entry in listed}
            place.equal("qom-list-get", values.get("guest-stats-polling-interval"), 0)
        else:
            place.refused("qom-list-get", "CommandNotFound",
                          "The command qom-list-get has not been found",
                          lambda: execute("qom-list-get", paths=[PATH]))


@check()
def commands_are_listed(place):
    with place.start() as machine:
        names = {entry["name"] for entry in machine.qmp.execute("query-commands")}
        expected = {"qmp_capabilities", "qom-get", "qom-set", "qom-list", "qom-list-types",
                    "qom-list-properties", "device-list-properties", "query-balloon", "balloon",
                    "stop", "cont", "query-status", "query-version", "query-name",
                    "query-commands", "system_reset", "quit"}
        place.equal("missing", expected - names, set())
        place.equal("qom-list-get", "qom-list-get" in names, place.knows("11.1"))
        place.equal("name", machine.qmp.execute("query-name"), {})


@check()
def balloon_and_query_balloon(place):
    with place.start() as machine:
        config = DEFAULT_BASE + 0x100
        for value, pages in ((64 * MIB, 0), (1 << 62, 0), (64 * MIB - 1, 0), (1, 16383),
                             (32 * MIB, 8192)):
            place.equal(f"reply to {value}", machine.qmp.execute("balloon", value=value), {})
            place.equal(f"num_pages of {value}", machine.qtest.get(config), pages)
        place.equal("actual is the guest's", machine.qmp.execute("query-balloon"),
                    {"actual": 64 * MIB})
        machine.qtest.put(config + 4, 0xffffffff)
        place.equal("more than there is", machine.qmp.execute("query-balloon"),
                    {"actual": -17592118931456})


@check()
def stop_and_cont(place):
    with place.start(paused=True) as machine:
        state = lambda: machine.qmp.execute("query-status")["status"]
        names = lambda: [message.get("event", "reply") for message in machine.qmp.stream]
        place.equal("paused at first", state(), "prelaunch")
        for command, expected, then in (("cont", ["RESUME", "reply"], "running"),
                                        ("cont", ["reply"], "running"),
                                        ("stop", ["STOP", "reply"], "paused"),
                                        ("stop", ["reply"], "paused"),
                                        ("cont", ["RESUME", "reply"], "running")):
            machine.qmp.stream.clear()
            machine.qmp.execute(command)
            place.equal(command, names(), expected)
            place.equal("then", state(), then)


@check()
def system_reset(place):
    with place.start() as machine:
        ring = set_up(machine)[2]
        ring.offer(statistics(free=77))
        machine.qmp.set(PATH, "guest-stats-polling-interval", 300)
        machine.qmp.execute("balloon", value=32 * MIB)
        machine.qmp.stream.clear()
        machine.qmp.execute("system_reset")
        # The reset is done, and its event out, before the reply is made.
        place.equal("order", [message.get("event", "reply") for message in machine.qmp.stream],
                    ["RESET", "reply"])
        place.equal("one event", machine.qmp.take("RESET"),
                    [{"guest": False, "reason": "host-qmp-system-reset"}])
        stats = stats_of(machine)
        cleared = place.knows("10.0")
        place.equal("statistics", stats["stats"]["stat-free-memory"], ABSENT if cleared else 77)
        place.equal("last-update", stats["last-update"] == 0, cleared)
        place.equal("interval", machine.qmp.get(PATH, "guest-stats-polling-interval"), 300)
        place.equal("status", machine.qtest.get(DEFAULT_BASE + 0x70), 0)
        place.equal("target", machine.qtest.get(DEFAULT_BASE + 0x100), 8192)
