"""What each command of splicebench takes, and wrong values of each of its flags: the tables of misuse.py."""
import re
import subprocess

NUMBERS = ["", "abc", "-1", "1.5", " 5", "5 ", "0x10", "1e3", "99999999999999999999", "nan", "--", "1,5", "+"]
TIMES = ["", "abc", "-1s", "1y", "nans", "1e400s", "s", "1 s x", "0x1s"]
SHARES = ["", "abc", "-0.1", "1.1", "nan", "inf", "0.5x", "50%", "0", "1"]
PARTS = ["", "abc", "0", "-1%", "100%", "1", "nan", "%", "3 %"]
CHOICES = ["", "xml", "TABLE ", "json,csv", "0", "-"]
LISTS = [",", "auto,", "auto,auto", "nosuch,auto"]
MODES = ["", ",", "nosuch", "splice,", "splice:", "splice:pipe", "splice:pipe=", "splice:pipe=0", "splice:pipe=-1", "splice:nosuch=1",
         "generic:buffer=x", "generic:buffer=1TiB", "generic,,splice", "Splice", "splice:pipe=1MiB:pipe", "splice,splice",
         "splice,splice:pipe=1MiB", "sockmap:nosuch", "uring:size=x", "uring:bundle=1"]
PATHS = ["", ",", "tcp", "tcp-to-nowhere", "tcp-to-tcp,", "TCP-to-tcp", "tcp-to-tcp,,unix-to-tcp", "all,tcp-to-tcp"]
PATTERNS = ["", "(", "[", "*", "a{2,1}", "\\", "(?P<", "nothing-matches-this", "(a{1000}){1000}"]
SIZES = ["", ",", "abc", "0", "-1KiB", "1XiB", "1KiB,", "1KiB..", "..1KiB", "1MiB..1KiB", "nan", "1e400", "0x400"]
SEEDS = ["", "abc", "-1", "1.5", "99999999999999999999999", "nan"]
INPUTS = ["", "nosuch.json", "@folder", "@fifo", "@text", "@empty", "/dev/null", "@folder/nosuch/x"]
OUTPUTS = ["", "-", "@folder", "@folder/nosuch/x.json", "/dev/null/x", "@fifo", "@text"]
FOLDERS = ["", "@folder/nosuch", "@text", "/proc"]
ADDRESSES = ["", "x", ":99999", ":-1", "1.2.3.4", "[::1", "unix:", "unix:@", "127.0.0.1:x", "unix:" + "x" * 200]
RELAYS = ["", "nosuch", "x=", "=true", "x='true", "x=/nosuch/program {listen} {connect}", "@nosuch.recipe", "@fifo.recipe",
          "x=true {nosuch} {listen} {connect}", "x=true {connect}", "x=true {listen}"]
CONDITIONS = {
    "--placement": [*CHOICES, *LISTS], "--congestion": [*CHOICES, "reno,reno", "reno,"],
    "--socket-buffer": [*SIZES, *LISTS, "64KiB,64KiB", "1TiB"], "--link": [*CHOICES, *LISTS, "loopback,loopback"],
    "--netem": ["", "delay 1ms"]}
HOSTS = {
    "--hosts": ["", "x", "relay", "relay=", "relay=x", "echo=local", "relay=ssh://", "relay=ssh://-x", "relay=ssh://a:0", "relay=netns://..",
                "relay=local,relay=local", "relay=netns://nosuch,", "relay=ssh://a b"],
    "--addr": ["", "relay=127.0.0.1", "relay=x"], "--remote-program": ["", "x", "-x"]}
FLOWS = {
    "--flows": ["0", "-1", "x", "1.5", "5000", "2,2", *LISTS], "--relay-threads": ["0", "x", "65", "2", *LISTS],
    "--peer-threads": ["0", "x", "65", "2", *LISTS]}
MEASURING = {
    "--modes": MODES, "--relay": RELAYS, "--rounds": [*NUMBERS, "0", "100001"], "--seed": SEEDS, **CONDITIONS,
    "--out": OUTPUTS, "--timeout": [*TIMES, "0s"], "--format": CHOICES, "--color": CHOICES}
# What each command takes: the words of a right use, and wrong values of each flag. "" has wrong values of what has no flag.
COMMANDS = {
    "run": (["--dry-run"], {
        **MEASURING, **FLOWS, **HOSTS, "--paths": PATHS, "--chunks": SIZES, "--min-time": [*TIMES, "0s", "20s"], "--filter": PATTERNS, "--resume": INPUTS,
        "--file-dir": FOLDERS, "--time": [*TIMES, "0s", "1ms"], "--precision": PARTS}),
    "ping": (["--dry-run"], {
        **MEASURING, **HOSTS, "--size": SIZES, "--count": NUMBERS, "--rate": ["", "abc", "-1", "nan", "inf", "1e400"],
        "--server": ADDRESSES, "--client": ADDRESSES}),
    "relay": (["--listen", ":0", "--connect", ":1"], {
        "--listen": ADDRESSES, "--connect": [*ADDRESSES, ":0"], "--mode": [*MODES, "direct", "all"], "--threads": [*NUMBERS, "0"],
        "--drain": TIMES, "--connect-timeout": TIMES, "--keepalive": TIMES, "--format": CHOICES}),
    "show": (["@result"], {
        "": INPUTS, "--format": CHOICES, "--path": ["", "nosuch", "tcp-to-tcp,"], "--metric": [*CHOICES, "p50", "Throughput"],
        "--color": CHOICES, "--since": INPUTS}),
    "history": (["@result", "@older"], {
        "": INPUTS, "--format": CHOICES, "--metric": [*CHOICES, "p50"], "--plot": [*OUTPUTS, "@result"],
        "--page": [*OUTPUTS, "@older"], "--color": CHOICES}),
    # With a limit: without one compare takes of Go's text what benchstat takes.
    "compare": (["@result", "@result", "--fail-on=5%"], {
        "": INPUTS, "--table": ["(", "nosuch@x", "nokey"], "--row": ["(", "a@b@c", "mode"], "--col": ["", "mode", "nokey", "("],
        "--ignore": ["(", "a@b@c"], "--filter": ["", "(", "a", "/mode:nosuch"], "--confidence": SHARES, "--alpha": SHARES,
        "--fail-on": ["", "abc", "sec/op", "%", "sec/op>x%"], "--format": CHOICES, "--paired": INPUTS}),
    "replicate": (["@result"], {"": INPUTS, "--published": CHOICES, "--alpha": SHARES, "--format": CHOICES}),
    "plot": (["@result", "-o", "new"], {
        "": INPUTS, "--output": ["", "-", "@text", "@result"], "--format": CHOICES, "--charts": ["", "nosuch", "throughput,throughput", "old-new"],
        "--width": [*NUMBERS, "239", "8001"], "--height": [*NUMBERS, "199", "8001"]}),
    "report": (["@result"], {
        "": INPUTS, "--output": ["", "-", "@folder", "@folder/nosuch/x.html", "@fifo", "@text", "@result"]}),
    "verify": (["--list"], {
        "--modes": MODES, "--paths": PATHS, "--relay": RELAYS, "--filter": PATTERNS, "--format": CHOICES, "--file-dir": FOLDERS,
        "--flows": FLOWS["--flows"], "--jobs": [*NUMBERS, "0"], "--timeout": [*TIMES, "0s"]}),
}
# Flags that are wrong together.
TOGETHER = {
    "run": [["--list"], ["--rounds=3", "--time=9s"], ["--rounds=3", "--precision=3%"], ["--resume=@result", "--out=x.json"],
            ["--resume=@result", "--quick"], ["--resume=@result", "--rounds=7"], ["--resume=@result", "--placement=none"],
            ["--min-time=3s", "--timeout=5s"], ["--rounds=3", "--rounds=4"], ["--copy"],
            ["--hosts=relay=netns://a", "--link=veth"], ["--hosts=relay=netns://a", "--paths=unix-to-tcp"], ["--hosts=relay=netns://a", "--copy"],
            ["--hosts=relay=ssh://a", "--copy", "--remote-program=x"], ["--resume=@result", "--hosts=relay=ssh://a"],
            ["--resume=@result", "--remote-program=x"]],
    "ping": [["--server=:0", "--client=:1"], ["--server=:0", "--relay=socat"], ["--server=:0", "--out=x.json"],
             ["--client=:1", "--hosts=relay=ssh://a"], ["--hosts=relay=ssh://a", "--link=veth"],
             ["--copy"], ["--hosts=reader=ssh://a"]],
    "relay": [["--mode=generic", "--mode=splice"]],
    "show": [["--format=csv", "--metric=throughput"], ["--format=json", "--path=tcp-to-tcp"], ["--format=csv", "--details"],
             ["--since=@older", "--details"], ["@older"]],
    "history": [["--details", "--format=csv"], ["--plot=new", "--page=new"], ["@result"], ["@pings"]],
    "compare": [["--paired=@result"], ["--strict", "--paired=@result"], ["a=@result", "a=@result"]],
    "replicate": [["@older"], ["--published=go-2018", "--published=go-2022"]],
    "plot": [["--charts=percentiles"], ["--width=0", "--dark"]],
    "report": [["@pings"], ["@older", "@older"]],
    "verify": [["--relay=socat", "--modes=splice"], ["--relay=socat", "--paths=tcp-to-tcp"], ["--relay=socat", "--flows=3"]],
}


def uncovered(program):
    """Commands, and flags of theirs that take a value, which the tables know nothing of."""
    def told(*words):
        return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout
    missing = []
    for command in re.findall(r"^  (\w+) ", told().split("Subcommands:\n")[1], re.M):
        known = COMMANDS.get(command, ([], {}))[1]
        if not known:
            missing.append(command)
        for flag in re.findall(r"^  (?:-\w,)?(--[\w-]+)(?: (?:TEXT|INT|UINT|FLOAT|DIR|FILE|NAME)|$)", told(command), re.M):
            if flag not in known:
                missing.append(f"{command} {flag}")
    return missing
