"""What the scripts that open the explorer's page share: a browser, waiting, and what must hold of every page."""
import os
import time

from common import check
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

PATIENCE = 20  # seconds


def browser(width, height, language, dark):
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=Service("chromedriver"))
    made.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                         {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    made.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    made.execute_cdp_cmd("Network.enable", {})
    agent = made.execute_script("return navigator.userAgent")
    made.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": language})
    return made


def until(b, what, script, *args):
    """Waits until the script's result is true, and returns it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = b.execute_script("return " + script, *args)
        if found:
            return found
        time.sleep(0.03)
    check(False, f"waited in vain: {what}")
    return None


def bytes_of(b, selector):
    return b.execute_script("const c = document.querySelector(arguments[0]);"
                            "return c.toDataURL()", selector)


# How many pixels of the map have a point.
POINTS = """(() => { const c = document.querySelector('.map canvas.dots');
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()"""


def settle():
    time.sleep(0.4)  # the address is written once the view rests


def clean(b, what, address, least=10):
    """No error in the console, and nothing was asked of anybody else; of whom the page is, more than `least` things."""
    for line in b.get_log("browser"):
        check(line["level"] != "SEVERE", f"{what}: the console has: {line['message'][:200]}")
    asked = b.execute_script("return performance.getEntriesByType('resource').map((e) => e.name)")
    for name in asked:
        check(name.startswith(address) or name.startswith("blob:"), f"{what}: asked elsewhere: {name}")
    check(len(asked) > least, f"{what}: too few questions: {asked}")
    wide = b.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    check(wide <= 0, f"{what}: {wide} pixels wider than the window")


def accessible(b, what):
    """Where EMBUDO_AXE names a copy of axe-core: nothing that it finds."""
    if not os.environ.get("EMBUDO_AXE"):
        return
    with open(os.environ["EMBUDO_AXE"], encoding="utf-8") as file:
        b.execute_script(file.read())
    found = b.execute_async_script("axe.run().then((r) => arguments[0](r.violations.map((v) => v.id + ': ' + v.nodes[0].html)))")
    check(not found, f"{what}: axe-core finds {found}")
