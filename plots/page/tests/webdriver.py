"""A headless Chromium through chromedriver's WebDriver protocol, with the standard library alone."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--hide-scrollbars",
]


class Browser:
    """One browser with a profile of its own. Use as a context manager."""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="splicebench-browser-")
        self.base = f"http://127.0.0.1:{self._start()}"
        options = {
            "args": ARGUMENTS + [f"--user-data-dir={self.profile}"],
            "perfLoggingPrefs": {"enableNetwork": True},
        }
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = "/session/" + answer["sessionId"]
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", self.session)
        except (AttributeError, urllib.error.URLError, ConnectionError):
            pass  # never started, or already gone
        self.driver.terminate()
        self.driver.wait(timeout=20)
        self.driver.stdout.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _start(self):
        """Starts the driver; returns its port."""
        # Port 0: it takes a free one and says which. Free for IPv6, that is; on IPv4 a connection that ended less than
        # a minute ago may still have it, and after a test with thousands of them that is likely.
        for _ in range(30):
            self.driver = subprocess.Popen(
                ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            said = ""
            for line in self.driver.stdout:
                if "started successfully on port" in line:
                    return int(line.rstrip().rstrip(".").rsplit(" ", 1)[1])
                said += line
            self.driver.wait()
            self.driver.stdout.close()
        raise RuntimeError(f"chromedriver ended before it listened: {said}")

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()[:600]) from error

    def cdp(self, command, **parameters):
        return self._call(
            "POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": parameters}
        )

    def show(self, path, width=1200, height=1000, dark=False):
        """Opens a file; returns seconds until its scripts were done."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.media("prefers-color-scheme", "dark" if dark else "light")
        for log in ("browser", "performance"):
            self.log(log)  # forget what came before
        begin = time.monotonic()
        self._call("POST", self.session + "/url", {"url": f"file://{path}"})
        return time.monotonic() - begin

    def media(self, feature, value):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": feature, "value": value}])

    def run(self, script, *arguments):
        return self._call(
            "POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)}
        )

    def picture(self, path):
        """The whole page as a PNG."""
        size = self.run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def log(self, kind):
        return self._call("POST", self.session + "/se/log", {"type": kind})

    def requests(self):
        """Addresses asked for since the page was opened, the page itself included."""
        urls = []
        for entry in self.log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls

    def pointer(self, *steps):
        """Mouse: each step is ("move", x, y), ("down",) or ("up",), in pixels of the window."""
        actions = []
        for step in steps:
            if step[0] == "move":
                actions.append(
                    {"type": "pointerMove", "duration": 30, "x": int(step[1]), "y": int(step[2])}
                )
            else:
                actions.append({"type": "pointer" + step[0].capitalize(), "button": 0})
        source = {"type": "pointer", "id": "mouse", "actions": actions}
        self._call("POST", self.session + "/actions", {"actions": [source]})

    def keys(self, *names):
        """Presses and releases each key; names as WebDriver's code points or characters."""
        actions = []
        for name in names:
            actions += [{"type": "keyDown", "value": name}, {"type": "keyUp", "value": name}]
        self._call(
            "POST",
            self.session + "/actions",
            {"actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )
