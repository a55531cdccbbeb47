#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Pages of `kappa explore` in a real browser, against the engine.

    python3 Explorer/tests/browser.py .build/release/kappa

needs NumPy, Selenium, Chromium and its driver (Debian: chromium, chromium-driver; PyPI: selenium). What is missing is
said, and the tests are skipped."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

KAPPA = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "kappa"
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
try:
    import numpy as np
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    MISSING = None
except ImportError as error:
    MISSING = str(error)
DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if not MISSING and not (DRIVER and BROWSER):
    MISSING = "no chromium and chromedriver"

HOSTILE = [
    "<script>document.title='owned'</script>", "<img src=x onerror=\"document.title='owned'\">", "\"><svg onload=alert(1)>",
    "</script><script>alert(2)</script>", "{{script}}", "javascript:alert(3)", "${alert(4)}", "&lt;b&gt;&amp;",
    "a\u202Eb\u0000c\u2028d", "<style>*{display:none}</style>",
]


def kappa(*arguments):
    run = subprocess.run([KAPPA, *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        raise AssertionError(f"kappa {' '.join(arguments)}: {run.stderr}")
    return run.stdout


def pair(sigma, rank=1):
    """A circuit of one population whose only coupling is sigma of n1 and m1; with more ranks, those decay."""
    vectors = [f"n{r + 1}" for r in range(rank)] + ["w1"] + [f"m{r + 1}" for r in range(rank)] + ["I1"]
    count = len(vectors)
    covariance = np.eye(count)
    for r in range(rank):
        covariance[r, r] = 9
        covariance[r, rank + 1 + r] = covariance[rank + 1 + r, r] = sigma if r == 0 else 0.5
    covariance[0, count - 1] = covariance[count - 1, 0] = 2.6
    return {
        "format": "kappa-circuit", "version": 1, "transfer": "tanh", "alpha": 0.2, "rank": rank, "inputs": 1, "outputs": 1,
        "vectors": vectors, "populations": [{"fraction": 1, "mean": [0] * count, "covariance": covariance.tolist()}],
        "closure": "moments", "provenance": {},
    }


def crowd(populations=8, rank=3, inputs=3, seed=1):
    """A random circuit of many populations."""
    random = np.random.default_rng(seed)
    vectors = [f"n{r + 1}" for r in range(rank)] + ["w1"] + [f"m{r + 1}" for r in range(rank)] + [f"I{k + 1}" for k in range(inputs)]
    count = len(vectors)
    parts = []
    for _ in range(populations):
        mixing = random.normal(size=(count, count)) / np.sqrt(count)
        covariance = mixing @ mixing.T + 0.2 * np.eye(count)
        for r in range(rank):
            covariance[r, rank + 1 + r] = covariance[rank + 1 + r, r] = covariance[r, rank + 1 + r] + 1.2
        parts.append({
            "fraction": 1 / populations, "mean": (0.3 * random.normal(size=count)).tolist(),
            "covariance": ((covariance + covariance.T) / 2).tolist()})
    return {
        "format": "kappa-circuit", "version": 1, "transfer": "tanh", "alpha": 0.2, "rank": rank, "inputs": inputs,
        "outputs": 1, "vectors": vectors, "populations": parts, "closure": "moments", "provenance": {},
    }


@unittest.skipIf(MISSING, MISSING)
class PageTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kappa-explorer-")
        options = Options()
        options.binary_location = BROWSER
        for argument in ["--headless=new", "--no-sandbox", "--window-size=1400,1000", "--hide-scrollbars", "--disable-gpu"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": cls.folder})
        cls.browser = webdriver.Chrome(options=options, service=Service(DRIVER))

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.screen(1400, 1000)

    def tearDown(self):
        # No page may say anything, or ask for anything but itself.
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.assertRegex(message["params"]["request"]["url"], r"^(file|blob|data|about):")

    def file(self, name):
        return os.path.join(self.folder, name)

    def circuit(self, document, name="circuit.json"):
        with open(self.file(name), "w", encoding="utf-8") as file:
            json.dump(document, file)
        return self.file(name)

    def page(self, source, *options, name="page.html", hash=""):
        kappa("explore", source, *options, "-o", self.file(name))
        self.open(name, hash)

    def open(self, name="page.html", hash=""):
        self.browser.get("about:blank")
        self.browser.get("file://" + self.file(name) + hash)
        self.settle()

    def screen(self, width, height, dark=False):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def run_script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def settle(self, limit=20):
        """Waits until nothing is left to be drawn or looked for."""
        end = time.time() + limit
        while time.time() < end:
            if self.run_script("const f = kappaExplorer.frames; return !kappaExplorer.isMoving && f.works.size === 0 && f.pending.size === 0 && f.waiting.size === 0"):
                return
            time.sleep(0.05)
        self.fail("the page did not come to rest")

    def slide(self, parameter, value, settles=True):
        found = self.run_script(
            "const s = document.querySelector(`input[type=range][data-parameter=\"${arguments[0]}\"]`);"
            "s.value = arguments[1]; s.dispatchEvent(new Event('input', { bubbles: true })); return Number(s.value)", parameter, value)
        if settles:
            self.settle()
        return found

    def points(self):
        return self.run_script("return kappaExplorer.points.map((p) => ({ kappa: p.kappa, stable: p.stability === 'stable' }))")

    def engine(self, path, values):
        found = json.loads(kappa("fixed-points", path, "--input", ",".join(str(x) for x in values), "--json"))
        return sorted(((p["kappa"], p["stable"]) for p in found), key=lambda p: p[0])

    def assertPoints(self, path, values):
        expected = self.engine(path, values)
        found = sorted(((p["kappa"], p["stable"]) for p in self.points()), key=lambda p: p[0])
        self.assertEqual(len(found), len(expected), (found, expected))
        for (kappa_here, stable), (kappa_there, other) in zip(found, expected):
            np.testing.assert_allclose(kappa_here, kappa_there, atol=1e-6)
            self.assertEqual(stable, other)

    def test_sliders_give_the_engines_fixed_points(self):
        for document, parameters in [
            (pair(1.4), ["0:cov:0:2", "0:cov:2:2", "0:mean:2", "0:cov:0:3"]),
            (pair(1.4, rank=2), ["0:cov:0:3", "0:cov:1:4", "0:cov:0:4", "0:mean:0"]),
            (crowd(3, 3, 2), ["0:cov:0:4", "2:cov:1:5", "1:mean:4"]),
        ]:
            path = self.circuit(document)
            self.page(path)
            values = [0.0] * document["inputs"]
            self.assertPoints(path, values)
            for place, parameter in enumerate(parameters):
                p, kind, i, j = (parameter.split(":") + [None])[:4]
                population = document["populations"][int(p)]
                old = population["mean"][int(i)] if kind == "mean" else population["covariance"][int(i)][int(j)]
                value = self.slide(parameter, old + 0.25 * (1 if place % 2 else -1))
                if kind == "mean":
                    population["mean"][int(i)] = value
                else:
                    population["covariance"][int(i)][int(j)] = population["covariance"][int(j)][int(i)] = value
                self.assertPoints(self.circuit(document, "changed.json"), values)
            values[0] = self.slide("input:0", 0.2)
            self.assertPoints(self.circuit(document, "changed.json"), values)

    def test_a_click_ends_in_the_engines_attractor(self):
        for document in [pair(1.4), pair(1.4, rank=2)]:
            path = self.circuit(document)
            self.page(path)
            attractors = [k for k, stable in self.engine(path, [0]) if stable]
            portrait = self.browser.find_element(By.CSS_SELECTOR, "svg.portrait")
            for side in [-120, 120]:
                ActionChains(self.browser).move_to_element_with_offset(portrait, side, -60).click().perform()
                self.settle()
                end = json.loads(self.browser.find_element(By.CSS_SELECTOR, "circle.end").get_attribute("data-kappa"))
                nearest = min(attractors, key=lambda k: np.hypot.reduce(np.subtract(k, end)))
                np.testing.assert_allclose(end, nearest, atol=1e-6)
                self.assertEqual(np.sign(end[0]), np.sign(side))

    def test_trials_replay_the_recorded_arrays(self):
        network = os.path.join(ROOT, "Networks", "context-dependent-decision.npz")
        trials = ["--task", "context-dependent-decision", "--trial-count", "40", "--populations", "1"]
        self.page(network, *trials)
        self.assertLessEqual(os.path.getsize(self.file("page.html")), 700_000)
        kappa("compare", network, *trials, "-o", self.file("compared.npz"))
        arrays = np.load(self.file("compared.npz"))
        shown = self.run_script("const t = kappaExplorer.data.trials; return { u: t.u, kappa: t.kappa, z: t.z }")
        found = {name: np.array(values) for name, values in shown.items()}
        self.assertEqual(found["u"].shape[0], 20)
        for b in range(20):
            same = [i for i in range(40) if np.allclose(arrays["u"][i], found["u"][b], atol=1e-6)]
            self.assertEqual(len(same), 1)
            np.testing.assert_allclose(found["kappa"][b], arrays["kappa_network"][same[0]], atol=1e-6)
            np.testing.assert_allclose(found["z"][b], arrays["z_network"][same[0]], atol=1e-6)
        self.run_script("kappaExplorer.change('trial', 3)")
        self.settle()
        course = self.run_script("return kappaExplorer.course")
        same = next(i for i in range(40) if np.allclose(arrays["u"][i], found["u"][3], atol=1e-6))
        np.testing.assert_allclose(course["kappa"], arrays["kappa_circuit"][same], atol=1e-5)
        np.testing.assert_allclose(course["z"], arrays["z_circuit"][same], atol=1e-5)
        # Scrubbing puts the trial's input on, and playing runs to the end.
        self.run_script("const s = document.querySelector('.scrub'); s.value = 40; s.dispatchEvent(new Event('input'))")
        self.settle()
        np.testing.assert_allclose(self.run_script("return kappaExplorer.input"), found["u"][3][40])
        self.assertEqual(len(self.browser.find_elements(By.CSS_SELECTOR, ".recorded path")), 2)
        self.browser.find_element(By.CSS_SELECTOR, ".play").click()
        end = time.time() + 15
        while time.time() < end and "pause" in self.browser.find_element(By.CSS_SELECTOR, ".play").text:
            time.sleep(0.1)
        self.assertEqual(self.run_script("return kappaExplorer.time"), found["u"].shape[1] - 1)

    def test_dragging_through_one_shows_the_pitchfork(self):
        for rank in [1, 2]:
            self.page(self.circuit(pair(1.3, rank)))
            parameter = f"0:cov:0:{rank + 1}"
            for value in [1.3, 1.2, 1.1, 1.03, 0.96, 0.9]:
                self.slide(parameter, value)
            found = self.run_script("return kappaExplorer.bifurcations.get(arguments[0])", parameter)
            self.assertEqual(len(found), 1, found)
            self.assertAlmostEqual(found[0], 1, delta=0.005)
            self.assertEqual(len(self.points()), 1)
            words = self.browser.find_element(By.ID, "count").text
            self.assertIn("2 fixed points have met and vanished", words)
            self.assertEqual(len(self.browser.find_elements(By.CSS_SELECTOR, ".ghost")), 2)
            # And back.
            for value in [0.97, 1.04, 1.15]:
                self.slide(parameter, value)
            self.assertIn("2 fixed points have appeared", self.browser.find_element(By.ID, "count").text)
            for value in self.run_script("return kappaExplorer.bifurcations.get(arguments[0])", parameter):
                self.assertAlmostEqual(value, 1, delta=0.005)
            self.assertGreater(len(self.browser.find_elements(By.CSS_SELECTOR, ".bifurcation")), 0)

    def test_links_restore_the_state(self):
        self.page(self.circuit(crowd(2, 3, 2)))
        self.slide("1:cov:0:4", 0.8)
        self.slide("input:1", 0.3)
        self.run_script("kappaExplorer.silence(0, true); kappaExplorer.change('axes', [2, 0]); kappaExplorer.change('start', [0.1, 0.2, 0.3])")
        self.settle()
        state = "return [[...kappaExplorer.edits], [...kappaExplorer.silenced], kappaExplorer.input, kappaExplorer.axes, kappaExplorer.start, kappaExplorer.points.map((p) => p.kappa)]"
        before = self.run_script(state)
        address = self.run_script("return location.hash")
        self.assertGreater(len(address), 10)
        self.open(hash=address)
        after = self.run_script(state)
        self.assertEqual(before[:5], after[:5])
        np.testing.assert_allclose(before[5], after[5], atol=1e-8)
        # Nonsense in an address changes nothing.
        for nonsense in ["#x", "#%7B%22e%22%3A%5B%5B%2299%3Acov%3A0%3A0%22%2C1%5D%5D%7D", "#null", "#%7B%22i%22%3A%5B%22a%22%5D%7D"]:
            self.open(hash=nonsense)
            self.assertFalse(self.run_script("return kappaExplorer.isChanged"))

    def test_no_screen_overflows(self):
        network = os.path.join(ROOT, "Networks", "context-dependent-decision.npz")
        self.page(network, "--task", "context-dependent-decision", "--trial-count", "20", "--populations", "1")
        for width, dark in [(1400, False), (1400, True), (820, False), (420, False), (420, True), (360, False)]:
            self.screen(width, 900, dark)
            self.open()
            self.run_script("for (const d of document.querySelectorAll('details')) d.open = true")
            self.settle()
            self.assertLessEqual(self.run_script("return document.documentElement.scrollWidth"), width, (width, dark))
            paper = self.run_script("return getComputedStyle(document.body).backgroundColor")
            self.assertEqual(paper, "rgb(21, 24, 29)" if dark else "rgb(255, 255, 255)")

    def test_paper_is_white_and_holds_no_controls(self):
        self.page(self.circuit(pair(1.4)))
        self.screen(794, 1123)  # A4 at 96 dots an inch
        for dark in (False, True):
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
            self.assertLessEqual(self.run_script("return document.documentElement.scrollWidth"), 794)
            self.assertEqual(self.run_script("return getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
            self.assertEqual(self.run_script(
                "return [...document.querySelectorAll('button')].filter((x) => x.offsetParent).map((x) => x.textContent)"), [])
            self.assertTrue(self.run_script("return document.querySelector('svg.portrait').getBoundingClientRect().height > 200"))
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

    def test_hostile_names_stay_text(self):
        document = pair(1.4)
        document["inputs"] = 10
        document["vectors"] = ["n1", "w1", "m1"] + [f"I{k + 1}" for k in range(10)]
        document["populations"][0].update(mean=[0] * 13, covariance=np.eye(13).tolist())
        document["provenance"] = {f"note {k}": name for k, name in enumerate(HOSTILE)}
        path = self.circuit(document, "<img src=x onerror=alert(5)>.json")
        names = [name.replace("\u0000", "") for name in HOSTILE]
        np.savez(self.file("hostile.npz"), u=np.random.default_rng(1).normal(size=(3, 20, 10)), input_names=np.array(names))
        self.page(path, "--trials", self.file("hostile.npz"))
        self.assertNotEqual(self.browser.title, "owned")
        self.assertEqual(self.run_script("return document.scripts.length"), 2)
        self.assertEqual(self.run_script("return document.querySelectorAll('img, body style, iframe, object').length"), 0)
        self.assertEqual(self.run_script("return document.querySelectorAll('#inputs input[type=range]').length"), 10)
        labels = self.run_script("return [...document.querySelectorAll('#inputs .label')].map((x) => x.textContent)")
        for name, label in zip(names, labels):
            self.assertEqual(label.replace("\u2028", "").replace("\u202e", ""), name.replace("\u2028", "").replace("\u202e", ""))
        self.assertTrue(self.browser.find_element(By.ID, "title").is_displayed())

    def test_frames_are_short(self):
        circuit = crowd(8, 3, 3)
        path = self.circuit(circuit)
        random = np.random.default_rng(2)
        np.savez(self.file("long.npz"), u=0.2 * random.normal(size=(20, 75, 3)))
        self.page(path, "--trials", self.file("long.npz"))
        self.assertLessEqual(os.path.getsize(self.file("page.html")), 700_000)
        self.run_script("kappaExplorer.change('start', [0.2, 0.1, 0.1])")
        self.settle()
        self.run_script("kappaClock.length = 0")
        # A hand that drags for two seconds, with a new value each frame; the time that the thread itself worked, so that
        # other programs on the computer do not count.
        self.browser.set_script_timeout(60)
        self.browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        spent = self.script_seconds()
        self.browser.execute_async_script("""
            const done = arguments[0];
            const slider = document.querySelector('input[data-parameter="0:cov:0:4"]');
            let i = 0;
            const step = () => {
              slider.value = Number(slider.min) * 0.2 * Math.sin(i / 20) + 0.5;
              slider.dispatchEvent(new Event("input", { bubbles: true }));
              if (++i < 120) requestAnimationFrame(step); else done();
            };
            requestAnimationFrame(step);""")
        frames = sorted(self.run_script("return [...kappaClock]"))
        self.assertGreater(len(frames), 60)
        each = 1000 * (self.script_seconds() - spent) / len(frames)
        print(
            f"P = 8, R = 3: {each:.1f} ms of script in a frame on average by the thread's own clock; "
            f"by the wall clock {frames[len(frames) // 2]:.1f} ms (median)", file=sys.stderr)
        self.assertLessEqual(each, 8)

    def script_seconds(self):
        metrics = self.browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "ScriptDuration")

    def test_keys_and_downloads(self):
        document = pair(1.4)
        self.page(self.circuit(document))
        slider = self.browser.find_element(By.CSS_SELECTOR, 'input[data-parameter="input:0"]')
        slider.send_keys(Keys.ARROW_RIGHT)
        self.settle()
        self.assertGreater(self.run_script("return kappaExplorer.input[0]"), 0)
        self.browser.find_element(By.CSS_SELECTOR, "svg.portrait").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.settle()
        self.assertGreater(self.run_script("return kappaExplorer.start[0]"), 0)
        # Every control has a name that can be read out.
        self.assertEqual(self.run_script(
            "return [...document.querySelectorAll('input, select, button')].filter((x) => !(x.ariaLabel || x.labels?.length || x.textContent.trim())).length"), 0)
        value = self.slide("0:cov:0:2", 1.2)
        for button, name in [("save-json", "circuit.json"), ("save-svg", "portrait.svg"), ("save-png", "portrait.png")]:
            if os.path.exists(self.file(name)):
                os.remove(self.file(name))
            self.browser.find_element(By.ID, button).click()
            end = time.time() + 10
            while time.time() < end and not os.path.exists(self.file(name)):
                time.sleep(0.05)
            self.assertGreater(os.path.getsize(self.file(name)), 300, name)
        # The changed circuit is one that the engine reads.
        expected = self.engine(self.file("circuit.json"), [self.run_script("return kappaExplorer.input[0]")])
        np.testing.assert_allclose([p["kappa"] for p in self.points()], [k for k, _ in expected], atol=1e-6)
        with open(self.file("circuit.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["populations"][0]["covariance"][0][2], value)
        self.browser.find_element(By.ID, "reset").click()
        self.settle()
        self.assertFalse(self.run_script("return kappaExplorer.isChanged"))


if __name__ == "__main__":
    if MISSING:
        print(f"explorer pages: skipped, {MISSING}", file=sys.stderr)
    unittest.main()
