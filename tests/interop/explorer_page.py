"""The explorer's page in chromium: what a person does, and what changes by it."""
import base64
import io
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import POINTS, accessible, browser, bytes_of, clean, settle, until  # noqa: E402
from common import check, finish, folder, program, run, skip, trained  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402


def open_page(b, address):
    b.get(address)
    until(b, "the decoder's picture", "document.getElementById('decoded')?.dataset.took")
    until(b, "points", POINTS)


def by_pointer(b):
    top = b.find_element(By.CSS_SELECTOR, "canvas.top")
    before = bytes_of(b, "#decoded")
    ActionChains(b).move_to_element_with_offset(top, 60, 40).perform()
    until(b, "the picture follows the pointer", "document.getElementById('decoded').toDataURL() !== arguments[0]", before)
    before = b.execute_script("return " + POINTS)
    b.find_element(By.CSS_SELECTOR, '[data-label="1"]').click()
    b.find_element(By.CSS_SELECTOR, '[data-label="0"]').click()
    fewer = until(b, "the legend filters", f"(n => n < arguments[0] && n)({POINTS})", before)
    settle()
    check("off=0%2C1" in b.current_url, f"the filter is not in the address: {b.current_url}")
    ActionChains(b).key_down(Keys.SHIFT).click(b.find_element(By.CSS_SELECTOR, '[data-label="3"]')).key_up(Keys.SHIFT).perform()
    until(b, "one label alone", f"{POINTS} < arguments[0]", fewer)
    b.find_element(By.CSS_SELECTOR, "#legend button").click()
    until(b, "all labels again", f"{POINTS} === arguments[0]", before)
    ActionChains(b).move_to_element(top).click().perform()
    until(b, "the nearest images", "document.querySelectorAll('.near .pixels').length === 10")
    images = [bytes_of(b, f".three figure:nth-child({i}) canvas") for i in (1, 2, 3)]
    check(len(set(images)) == 3, "original, reconstruction and error are not three pictures")
    settle()
    check(re.search(r"[#&]i=\d+", b.current_url), f"the image is not in the address: {b.current_url}")
    b.find_element(By.CSS_SELECTOR, ".near button").click()
    until(b, "a neighbour is chosen", "document.querySelector('.three canvas').toDataURL() !== arguments[0]", images[0])


def by_wheel_and_drag(b):
    top = b.find_element(By.CSS_SELECTOR, "canvas.top")
    settle()
    before = b.current_url
    b.execute_script("const r = arguments[0].getBoundingClientRect(); arguments[0].dispatchEvent(new WheelEvent('wheel',"
                     "{deltaY: -400, clientX: r.left + 99, clientY: r.top + 99, bubbles: true, cancelable: true}))", top)
    settle()
    zoomed = b.current_url
    check(zoomed != before, "the wheel does not zoom")
    chosen = re.search(r"[#&]i=(\d+)", zoomed)
    ActionChains(b).move_to_element(top).click_and_hold().move_by_offset(50, 30).move_by_offset(20, 5).release().perform()
    settle()
    check(b.current_url != zoomed, "dragging does not move the map")
    still = re.search(r"[#&]i=(\d+)", b.current_url)
    check(chosen and still and chosen[1] == still[1], "dragging chooses an image")


def by_keys(b):
    top = b.find_element(By.CSS_SELECTOR, "canvas.top")
    places = []
    for key in ("0", Keys.ARROW_LEFT, Keys.ARROW_UP, "+"):
        top.send_keys(key)
        settle()
        places.append(b.current_url)
    check(len(set(places)) == 4, f"keys do not move the map: {places}")
    top.send_keys(Keys.ENTER)
    until(b, "Enter chooses", "document.getElementById('said').textContent.length > 0")
    unnamed = b.execute_script("return [...document.querySelectorAll('button, select, input, canvas[tabindex], summary')].filter((e) =>"
                               "!(e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent).trim()).map((e) => e.outerHTML)")
    check(not unnamed, f"controls without a name: {unnamed}")


def by_drawing(b):
    pad = b.find_element(By.ID, "pad")
    b.execute_script("arguments[0].scrollIntoView({block: 'center'})", pad)
    pen = ActionChains(b).move_to_element_with_offset(pad, 0, -50).click_and_hold()
    for dx, dy in ((2, 30), (-3, 30), (1, 35)):
        pen = pen.move_by_offset(dx, dy)
    pen.release().perform()
    until(b, "what comes back", "document.getElementById('back').width === 28 && (document.getElementById('verdict').textContent.match(/%/g) ?? []).length === 2")


def by_switches(b):
    by = b.find_element(By.ID, "by")
    for way in ("cluster", "unusual", "none", "error"):
        before = bytes_of(b, ".map canvas.dots")
        by.find_element(By.CSS_SELECTOR, f'[value="{way}"]').click()
        until(b, f"coloured by {way}", "document.querySelector('.map canvas.dots').toDataURL() !== arguments[0]", before)
    before = bytes_of(b, ".map canvas.dots")
    b.find_element(By.ID, "density").click()
    until(b, "density", "document.querySelector('.map canvas.dots').toDataURL() !== arguments[0]", before)
    before = bytes_of(b, ".map canvas:nth-child(2)")
    b.find_element(By.ID, "shade").click()
    until(b, "the shade", "document.querySelectorAll('.map canvas')[1].toDataURL() !== arguments[0]", before)
    before = bytes_of(b, ".map canvas:nth-child(1)")
    b.find_element(By.ID, "manifold").click()
    until(b, "the decoded plane", "document.querySelectorAll('.map canvas')[0].toDataURL() !== arguments[0]", before)


def saved_by(b, button):
    """The bytes that a button hands over as a file."""
    b.execute_script("""window.saved = null; window.make ??= URL.createObjectURL; URL.createObjectURL = (blob) => {
        const reader = new FileReader(); reader.onload = () => { saved = reader.result; }; reader.readAsDataURL(blob); return make(blob); }""")
    b.find_element(By.ID, button).click()
    text = until(b, f"a file of {button}", "window.saved") or ","
    return base64.b64decode(text.split(",")[1])


def pictures(b, rows):
    """The ZIP of these rows of the CSV: a PNG for each, in a folder of its label."""
    with zipfile.ZipFile(io.BytesIO(saved_by(b, "zip"))) as archive:
        check(archive.testzip() is None, "a sum of the ZIP is wrong")
        expected = sorted(f"embudo/{row[-1]}/{int(row[0]):04d}.png" for row in rows)
        check(sorted(archive.namelist()) == expected, f"the ZIP has {archive.namelist()[:3]}, expected {expected[:3]}")
        check(all(archive.read(name).startswith(b"\x89PNG") for name in archive.namelist()[:9]), "no PNG")


def by_drop(b):
    """A picture's file, dropped anywhere: larger than the network's images, a thick line."""
    before = bytes_of(b, "#back")
    b.execute_script("""const c = document.createElement('canvas'); c.width = c.height = 90; const x = c.getContext('2d');
        x.fillRect(0, 0, 90, 90); x.fillStyle = '#fff'; x.fillRect(20, 40, 50, 9);
        c.toBlob((blob) => { const data = new DataTransfer(); data.items.add(new File([blob], 'line.png', {type: 'image/png'}));
            document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); });""")
    until(b, "the dropped picture comes back", "document.getElementById('back').toDataURL() !== arguments[0]", before)
    check("%" in b.find_element(By.ID, "verdict").text, "nothing is said of the dropped picture")
    before = bytes_of(b, "#back")
    png = b.execute_script("const c = document.createElement('canvas'); c.width = c.height = 28; const x = c.getContext('2d');"
                           "x.fillRect(0, 0, 28, 28); x.fillStyle = '#fff'; x.fillRect(4, 4, 20, 20); return c.toDataURL()")
    with open(os.path.join(folder, "square.png"), "wb") as file:
        file.write(base64.b64decode(png.split(",")[1]))
    b.find_element(By.ID, "file").send_keys(os.path.join(os.path.realpath(folder), "square.png"))
    until(b, "the opened picture comes back", "document.getElementById('back').toDataURL() !== arguments[0]", before)


def touch(b, kind, *points):
    b.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]})


def by_fingers(b):
    b.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    left, top, width, height = b.execute_script("const r = document.querySelector('canvas.top').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]")
    x, y = left + width / 2, top + height / 2
    settle()
    places = [b.current_url]

    def moved(what):
        settle()
        places.append(b.current_url)
        check(places[-1] != places[-2], what)

    touch(b, "touchStart", (x, y))
    for step in range(1, 6):
        touch(b, "touchMove", (x + 10 * step, y + 6 * step))
    touch(b, "touchEnd")
    moved("a finger does not move the map")
    before = re.search(r"z=([\d.e+]+)", places[-1])[1]
    touch(b, "touchStart", (x - 30, y), (x + 30, y))
    for step in range(1, 6):
        touch(b, "touchMove", (x - 30 - 8 * step, y), (x + 30 + 8 * step, y))
    touch(b, "touchEnd")
    moved("two fingers do not zoom")
    check(float(re.search(r"z=([\d.e+]+)", places[-1])[1]) > 1.5 * float(before), f"two fingers zoom from {before} to {places[-1]}")
    b.execute_script("document.querySelector('canvas.top').dispatchEvent(new KeyboardEvent('keydown', {key: '0'}))")
    settle()
    touch(b, "touchStart", (x, y))
    touch(b, "touchEnd")
    until(b, "a tap draws the decoder's picture in the corner", "document.querySelector('.map .corner')?.width > 1")


def by_search(b):
    find = b.find_element(By.ID, "find")
    found = []
    for word, presses in (("12", 1), ("label 3", 1), ("label 3", 2), ("no such", 1)):
        find.clear()
        find.send_keys(word, *[Keys.ENTER] * presses)
        settle()
        found.append((b.find_element(By.CSS_SELECTOR, "#chosen p").text, find.get_attribute("aria-invalid")))
    check(found[0][0].startswith("image 12,") and found[0][1] == "false", f"number: {found[0]}")
    check("label 3" in found[1][0] and "label 3" in found[2][0] and found[1] != found[2], f"label: {found[1:3]}")
    check(found[3][1] == "true", f"no such image: {found[3]}")


def by_legends(b):
    """Clusters and numbers filter, too."""
    by = b.find_element(By.ID, "by")
    b.execute_script("window.scrollTo(0, 0)")
    for way, act in (("cluster", lambda: b.find_element(By.CSS_SELECTOR, '[data-label="2"]').click()),
                     ("error", lambda: b.execute_script("const r = document.getElementById('least'); r.value = 60; r.dispatchEvent(new Event('input'))"))):
        by.find_element(By.CSS_SELECTOR, f'[value="{way}"]').click()
        until(b, f"the legend of {way}", f"document.querySelectorAll('#legend {'#least' if way == 'error' else '[data-label]'}').length")
        settle()
        before = b.execute_script("return " + POINTS)
        act()
        until(b, f"{way} filters", f"{POINTS} < arguments[0]", before)
    b.execute_script("const r = document.getElementById('least'); r.value = 0; r.dispatchEvent(new Event('input'))")
    by.find_element(By.CSS_SELECTOR, '[value="label"]').click()


def by_lasso(b):
    top = b.find_element(By.CSS_SELECTOR, "canvas.top")
    b.execute_script("window.scrollTo(0, 0)")
    top.send_keys("0")
    b.find_element(By.ID, "lasso").click()
    pen = ActionChains(b).move_to_element_with_offset(top, -150, -150).click_and_hold()
    for dx, dy in ((300, 0), (0, 300), (-300, 0), (0, -280)):
        pen = pen.move_by_offset(dx, dy)
    pen.release().perform()
    text = until(b, "points within the lasso", "document.getElementById('enclosure').textContent.match(/[\\d,.]+/)?.[0]")
    csv = saved_by(b, "csv").decode()
    lines = csv.strip().split("\n")
    check(lines[0] == "index,code_0,code_1,label", f"the CSV begins with {lines[0]}")
    check(len(lines) - 1 == int(re.sub(r"\D", "", text or "0")), f"{text} images, {len(lines) - 1} lines")
    pictures(b, [line.split(",") for line in lines[1:]])
    b.find_element(By.ID, "lasso").click()
    until(b, "the lasso is gone", "document.getElementById('enclosure').hidden")
    b.find_element(By.ID, "lasso").click()
    top.send_keys("0", *[Keys.ARROW_LEFT] * 4, Keys.ENTER, *[Keys.ARROW_RIGHT] * 8, Keys.ENTER, *[Keys.ARROW_DOWN] * 5, Keys.ENTER)
    until(b, "the lasso's corners by keys", "!document.getElementById('enclosure').hidden")
    b.find_element(By.ID, "lasso").click()


def by_path(b):
    top = b.find_element(By.CSS_SELECTOR, "canvas.top")
    b.find_element(By.ID, "path").click()
    for dx in (-120, 0, 120):
        ActionChains(b).move_to_element_with_offset(top, dx, 30).click().perform()
    before = bytes_of(b, "#decoded")
    b.find_element(By.ID, "play").click()
    until(b, "the path is played", "document.getElementById('decoded').toDataURL() !== arguments[0]", before)
    b.execute_script("window.films = []; const make = URL.createObjectURL; URL.createObjectURL = (blob) => { films.push([blob.type, blob.size]); return make(blob); }")
    b.find_element(By.ID, "gif").click()
    film = until(b, "a film", "window.films[0]") or ["", 0]
    check(film[0] == "image/gif" and film[1] > 1000, f"the film is {film}")
    b.find_element(By.ID, "path").click()


def by_layers(b):
    b.find_element(By.CSS_SELECTOR, "#network summary").click()
    find = b.find_element(By.ID, "find")
    find.clear()
    find.send_keys("7", Keys.TAB)
    until(b, "what each layer makes", "(l => l.length > 5 && l.every((c) => !c.hidden))([...document.querySelectorAll('canvas.layer')])")


def restores(b):
    settle()
    address, picture = b.current_url, bytes_of(b, ".three canvas")
    b.get("about:blank")
    open_page(b, address)
    until(b, "the chosen image again", "document.querySelector('.three canvas').toDataURL() === arguments[0]", picture)
    check(b.find_element(By.ID, "density").get_attribute("aria-pressed") == "true", "density is not restored")
    check(b.find_element(By.ID, "by").get_attribute("value") == "error", "the colours are not restored")


    b.execute_script("location.hash = 'i=12'")
    until(b, "another view in the same tab", "document.querySelector('#chosen p')?.textContent.startsWith('image 12,')")


def of_pictures():
    """Pictures without labels and codes of three numbers, on a telephone: found by names of files; what sliders and a path say is restored."""
    os.makedirs(os.path.join(folder, "shades"))
    for i in range(40):
        with open(os.path.join(folder, "shades", f"shade-{i:02}.pgm"), "wb") as file:
            file.write(b"P5 28 28 255\n" + bytes(min(255, 6 * i + 3 * (k % 28)) for k in range(784)))
    run("train", "shades", "--latent", "3", "--epochs", "1", "-o", "shaded")
    process, address = serve("shaded", "shades")
    b = browser(390, 844, "es", True)
    try:
        open_page(b, address + "#by=error")
        until(b, "the legend of numbers", "document.getElementById('least')")
        find = b.find_element(By.ID, "find")
        for word, file in (("SHADE-2", "shade-20"), ("-37", "shade-37")):
            find.clear()
            find.send_keys(word, Keys.ENTER)
            until(b, f"found by {word}", f"document.querySelector('#chosen p').textContent.includes('{file}.pgm')")
        b.find_element(By.ID, "path").click()
        b.find_element(By.CSS_SELECTOR, "canvas.top").send_keys(Keys.ENTER, *[Keys.ARROW_LEFT] * 3, Keys.ENTER)
        b.execute_script("const r = document.querySelectorAll('.sliders input')[2]; r.value = r.max; r.dispatchEvent(new Event('input'))")
        settle()
        values = "[...document.querySelectorAll('.sliders input')].map((r) => r.value).join()"
        view, code = b.current_url, b.execute_script("return " + values)
        check(view.count("~") == 1 or "%7E" in view, f"the path is not in the address: {view}")
        b.get("about:blank")
        open_page(b, view)
        until(b, "the sliders again", f"{values} === arguments[0]", code)
        settle()
        check(b.current_url == view, f"{view} is restored as {b.current_url}")
        for wrong in ("i=1.5", "by=constructor", "x=1e300", "way=1_x~~&path=1", "code=1_2"):
            b.get("about:blank")
            open_page(b, f"{address}#{wrong}")
            settle()
            check(not b.find_elements(By.ID, "failure"), f"#{wrong} is said to fail")
        accessible(b, "pictures")
        clean(b, "pictures", address)
    finally:
        b.quit()
        process.terminate()
        process.wait()


def by_card(b, address):
    """The same points by WebGL2, here in software: about as many pixels have one."""
    counts = []
    for wish in ("raster", "gl"):
        b.get("about:blank")
        b.get(address + f"#renderer={wish}")
        until(b, "the decoder's picture", "document.getElementById('decoded')?.dataset.took")
        time.sleep(0.3)
        counts.append(b.execute_async_script("""const done = arguments[0];
            const layers = [...document.querySelectorAll('.map > canvas')].slice(2, -1);
            const map = document.querySelector('.top');
            map.dispatchEvent(new KeyboardEvent('keydown', {key: '0'}));
            requestAnimationFrame(() => {
                const sum = layers.map((layer) => { const c = new OffscreenCanvas(layer.width, layer.height), x = c.getContext('2d');
                    x.drawImage(layer, 0, 0); const d = x.getImageData(0, 0, c.width, c.height).data;
                    let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; });
                done([layers.length, sum.at(-1)]); });"""))
    (one, raster), (two, card) = counts
    if two == 1:
        return  # no WebGL2 here
    check(one == 1 and abs(raster - card) < 0.1 * raster, f"the graphics card draws {card} pixels, the processor {raster}")


ACTS = (by_pointer, by_wheel_and_drag, by_keys, by_drawing, by_drop, by_search, by_legends, by_lasso, by_path, by_layers, by_switches, restores)


def decodes(b, run_folder):
    """The reconstruction of image 7 is what `embudo decode` makes of its code."""
    run("encode", run_folder, "mnist", "--split", "test", "-o", "codes.csv")
    with open(os.path.join(folder, "codes.csv")) as file:
        code = file.read().split("\n")[8].rsplit(",", 1)[0]
    run("decode", run_folder, code, "-o", "decoded/")
    with open(os.path.join(folder, "decoded", "00000.png"), "rb") as file:
        png = base64.b64encode(file.read()).decode()
    find = b.find_element(By.ID, "find")
    find.clear()
    find.send_keys("7", Keys.TAB)
    until(b, "image 7", "document.querySelector('#chosen p').textContent.includes('image 7,')")
    differs = b.execute_async_script("""const [png, done] = arguments, image = new Image();
        image.onload = () => {
            const made = document.querySelectorAll('.three canvas')[1], canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [image.width, image.height];
            canvas.getContext('2d').drawImage(image, 0, 0);
            const [one, other] = [canvas, made].map((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data);
            done(one.length === other.length ? one.filter((v, i) => v !== other[i]).length : -1);
        };
        image.src = `data:image/png;base64,${png}`;""", png)
    check(differs == 0, f"{differs} bytes of the reconstruction are not embudo decode's")


def as_file(run_folder):
    """The page as one file, from disk and with the network off: the same acts."""
    run("export", run_folder, "mnist", "--html", "explorer.html", "--split", "test", "--images", "test")
    address = f"file://{os.path.realpath(folder)}/explorer.html"
    b = browser(1440, 900, "en", False)
    b.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0})
    try:
        open_page(b, address)
        for act in ACTS:
            act(b)
        decodes(b, run_folder)
        clean(b, "the file", address, least=-1)
    finally:
        b.quit()


def serve(*words):
    process = subprocess.Popen([program, "serve", *words, "--port", "0"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address = process.stdout.readline().strip()
    if not address:
        skip("libmicrohttpd")
    return process, address


def main():
    run_folder = trained()
    run("classify", run_folder, "--epochs", "1", "-o", "says")
    process, address = serve(run_folder, "mnist", "--split", "test")
    shots = os.environ.get("EMBUDO_SCREENSHOTS")
    try:
        for width, height, language, dark in ((1440, 900, "en", False), (390, 844, "es", True), (1024, 768, "es", False)):
            b = browser(width, height, language, dark)
            what = f"{width} {language}"
            try:
                open_page(b, address)
                theme = b.execute_script("return document.documentElement.dataset.theme")
                check(theme == ("dark" if dark else "light"), f"{what}: the theme is {theme}")
                said = "El decodificador aquí" if language == "es" else "The decoder here"
                check(said in b.find_element(By.ID, "follow").text, f"{what}: not in {language}")
                if width == 1440:
                    for act in ACTS:
                        act(b)
                    by_card(b, address)
                if width == 390:
                    by_fingers(b)
                accessible(b, what)
                clean(b, what, address)
                if shots:
                    b.save_screenshot(os.path.join(shots, f"explorer-{width}-{language}.png"))
            finally:
                b.quit()
    finally:
        process.terminate()
        process.wait()
    of_pictures()
    as_file(run_folder)
    process, address = serve(os.path.dirname(os.path.abspath(os.path.join(folder, run_folder))))
    b = browser(1024, 768, "en", False)
    try:
        b.get(address)
        until(b, "the runs", "document.querySelectorAll('tbody tr').length >= 1 && document.querySelector('polyline, circle')")
        rows = len(b.find_elements(By.CSS_SELECTOR, "tbody tr"))
        shutil.copytree(os.path.join(folder, run_folder), os.path.join(folder, "one-more"))
        until(b, "a run that is new appears", "document.querySelectorAll('tbody tr').length === arguments[0] + 1", rows)
        accessible(b, "runs")
    finally:
        b.quit()
        process.terminate()
        process.wait()


main()
finish()
