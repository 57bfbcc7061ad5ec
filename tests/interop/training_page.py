"""The page of embudo train --serve in chromium: losses grow, the map moves, the slider goes back, and the buttons hold and stop."""
import hashlib
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import accessible, browser, bytes_of, clean, settle, until  # noqa: E402
from common import check, finish, folder, path, program, run, skip  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

EPOCHS = 5
TEXT = "document.getElementById('training').textContent"
STEPS = "Number(document.getElementById('losses').dataset.points)"
LAST = "Number(document.getElementById('epoch').max)"
PLACE = "document.getElementById('epoch').value"
MAP = ".map canvas.dots"
MADE = ".strip canvas:last-child"


def watched(*words):
    process = subprocess.Popen([program, "train", *words, "--serve", "--stay", "--port", "0"], cwd=folder,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = process.stdout.readline().strip()
    if not line:
        skip("libmicrohttpd")
    return process, line.split()[-1]


def model(name):
    with open(path(name, "model.safetensors"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def click(b, name):
    b.find_element(By.ID, name).click()


def pause(b):
    click(b, "pause")
    until(b, "it is paused", f"{TEXT}.startsWith('Paused')")


def it_moves(b):
    pause(b)
    before, still = b.execute_script(f"return {STEPS}"), bytes_of(b, MAP)
    settle()
    check(b.execute_script(f"return {STEPS}") == before, "steps while it is paused")
    click(b, "pause")
    until(b, "losses grow", f"{STEPS} > {before}")
    until(b, "an epoch has its shot", f"{LAST} > 0 && {PLACE} > 0")
    until(b, "the map moves", f"document.querySelector('{MAP}').toDataURL() !== arguments[0]", still)
    pause(b)


def it_goes_back(b):
    slider = b.find_element(By.ID, "epoch")
    now, made, decoded = (bytes_of(b, what) for what in (MAP, MADE, "#decoded"))
    slider.send_keys(Keys.HOME)
    until(b, "the map goes back", f"document.querySelector('{MAP}').toDataURL() !== arguments[0]", now)
    until(b, "reconstructions go back", f"document.querySelector('{MADE}').toDataURL() !== arguments[0]", made)
    until(b, "the decoder goes back", "document.getElementById('decoded').toDataURL() !== arguments[0]", decoded)
    check(slider.get_attribute("aria-valuetext") == "untrained", slider.get_attribute("aria-valuetext"))


def it_takes_the_token(b, address):
    """Who has it not looks on."""
    b.execute_script("sessionStorage.clear()")
    b.get("about:blank")
    b.get(address.split("#")[0])
    until(b, "why the buttons do nothing", "document.querySelector('.training')?.textContent.includes('token')")
    check(not b.find_element(By.ID, "stop").is_enabled(), "without the token, a button")
    b.get("about:blank")
    b.get(address)
    until(b, "losses again", f"document.getElementById('losses') && {STEPS} > 0")


def it_stops(b):
    click(b, "stop")
    until(b, "it stops", f"{TEXT}.startsWith('Stopped')")
    until(b, "how to go on", "document.querySelector('.training').textContent.includes('--resume stopped')")
    check(not b.find_element(By.ID, "pause").is_enabled(), "a training that is over can be paused")


def it_plays(b):
    b.find_element(By.ID, "epoch").send_keys(Keys.HOME)
    until(b, "the beginning", f"{PLACE} === '0'")
    click(b, "replay")
    until(b, "it plays to the end", f"{PLACE} === `${{{LAST}}}`")


def main():
    run("train", "--epochs", EPOCHS, "-o", "whole")
    process, address = watched("--epochs", str(EPOCHS), "-o", "stopped")
    shots = os.environ.get("EMBUDO_SCREENSHOTS")
    b = browser(1440, 900, "en", False)
    try:
        b.get(address)
        until(b, "losses", f"document.getElementById('losses') && {STEPS} > 0")
        it_moves(b)
        it_goes_back(b)
        it_takes_the_token(b, address)
        it_stops(b)
        it_plays(b)
        clean(b, "training", address.split("#")[0])
        accessible(b, "training")
    finally:
        b.quit()
        process.send_signal(signal.SIGINT)
    check(process.wait() == 130, f"exit code {process.returncode}")
    process, address = watched("--resume", "stopped")
    try:
        for width, height, language, dark in ((390, 844, "es", True), (1024, 768, "es", False)):
            b = browser(width, height, language, dark)
            try:
                b.get(address)
                until(b, "the end", f"document.getElementById('training') && {TEXT}.startsWith('Terminado')")
                until(b, "all losses", f"{STEPS} === {EPOCHS * 3000}")
                until(b, "the last shot", f"{PLACE} === `${{{LAST}}}` && document.querySelector('{MADE}')?.width === 28")
                clean(b, f"training {width}", address.split("#")[0])
                accessible(b, f"training {width}")
                if shots:
                    b.save_screenshot(os.path.join(shots, f"training-{width}-{language}.png"))
            finally:
                b.quit()
    finally:
        process.send_signal(signal.SIGINT)
    check(process.wait() == 0, f"exit code {process.returncode}")
    check(model("whole") == model("stopped"), "not the same bits after a stop")


main()
finish()
