"""docs/watching.md in the hands of those it is for: a real Prometheus scrapes /metrics as it says there and judges the
alerts, and Grafana's own types read the dashboard."""

import json
import os
import re
import subprocess
import time

import pytest
import requests
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from conftest import ROOT, Latchkey, free_address, wait_for

PAGE = (ROOT / "docs/watching.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((ROOT / "docs/grafana.json").read_text(encoding="utf-8"))
NAME = re.compile(r"\blatchkey_\w+")
#: Grafana puts four scrapes or more here.
RATE_INTERVAL = "1m"


def shown(name):
    """The file of that name, as the page shows it."""
    (text,) = re.findall(rf"```yaml\n# {re.escape(name)}\n(.*?)```", PAGE, re.DOTALL)
    return yaml.safe_load(text)


(GROUP,) = shown("alerts.yml")["groups"]
RULES = {rule["alert"]: rule for rule in GROUP["rules"]}
QUERIES = {
    f"{panel['title']}: {target['expr']}": target["expr"].replace("$__rate_interval", RATE_INTERVAL)
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
}


def promtool(*words, folder):
    return subprocess.run(
        [os.environ["LATCHKEY_TEST_PROMTOOL"], *words], cwd=folder, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def folder(tmp_path):
    """With the two files of the page."""
    for name in ("prometheus.yml", "alerts.yml"):
        (tmp_path / name).write_text(yaml.safe_dump(shown(name)), encoding="utf-8")
    return tmp_path


# --- Grafana ----------------------------------------------------------------------------------------------------------


def lost(before, after, path=""):
    """What Grafana's types did not keep."""
    if isinstance(before, dict):
        for name, value in before.items():
            if name not in after:
                yield f"{path}/{name}"
            else:
                yield from lost(value, after[name], f"{path}/{name}")
    elif isinstance(before, list):
        if len(before) != len(after):
            yield path
        for number, (one, other) in enumerate(zip(before, after)):
            yield from lost(one, other, f"{path}/{number}")
    elif before != after:
        yield path


def as_grafana_reads(dashboard):
    register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))


def test_grafana_knows_all_of_the_dashboard():
    assert not list(lost(DASHBOARD, as_grafana_reads(DASHBOARD)))
    misspelt = {**DASHBOARD, "titel": "Latchkey"}
    assert list(lost(misspelt, as_grafana_reads(misspelt))) == ["/titel"], "the check finds nothing"


def test_panels_stand_beside_each_other():
    taken = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        own = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not own & taken, panel["title"]
        taken |= own
        assert panel["targets"] and all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


# --- Alerts -----------------------------------------------------------------------------------------------------------

#: A household in which all is well: thirty minutes, a value each.
WELL = {
    'up{job="latchkey",instance="a"}': "1x60",
    'latchkey_build{job="latchkey",instance="a",version="1"}': "1x60",
    'latchkey_database_up{job="latchkey",instance="a"}': "1x60",
    'latchkey_requests_total{status="200",route="/login",method="GET"}': "0+60x60",
    'latchkey_requests_total{status="500",route="/login",method="GET"}': "0x60",
    'latchkey_plex_calls_total{call="account",outcome="ok"}': "0+2x60",
    'latchkey_plex_calls_total{call="account",outcome="slow"}': "0x60",
    'latchkey_sign_ins_total{outcome="refused",why="wrong-password"}': "0+1x60",
    'latchkey_request_seconds_bucket{route="/login",method="GET",le="0.128"}': "0+60x60",
    'latchkey_request_seconds_bucket{route="/login",method="GET",le="+Inf"}': "0+60x60",
}
BUCKET = 'latchkey_request_seconds_bucket{route="/login",method="GET",le="%s"}'
#: What goes wrong, and of which labels the alert is.
TROUBLES = {
    "it does not answer": ("LatchkeyGone", {'up{job="latchkey",instance="a"}': "0x60"}, {}),
    "nobody knows of it": ("LatchkeyGone", {'up{job="latchkey",instance="a"}': None}, {}),
    "one of two": (
        "LatchkeyInstanceGone",
        {'up{job="latchkey",instance="b"}': "0x60"},
        {"job": "latchkey", "instance": "b"},
    ),
    "the database": (
        "LatchkeyDatabase",
        {'latchkey_database_up{job="latchkey",instance="a"}': "0x60"},
        {"job": "latchkey", "instance": "a"},
    ),
    "errors": ("LatchkeyErrors", {'latchkey_requests_total{status="500",route="/login",method="GET"}': "0+60x60"}, {}),
    "plex.tv is slow": (
        "LatchkeyPlex",
        {
            'latchkey_plex_calls_total{call="account",outcome="ok"}': "0x60",
            'latchkey_plex_calls_total{call="account",outcome="slow"}': "0+2x60",
        },
        {},
    ),
    "plex.tv was gone from the start": (
        "LatchkeyPlex",
        {
            'latchkey_plex_calls_total{call="account",outcome="ok"}': None,
            'latchkey_plex_calls_total{call="account",outcome="trouble"}': "0+2x60",
        },
        {},
    ),
    "API keys": ("LatchkeyRefusals", {'latchkey_sign_ins_total{outcome="api-key-refused",why=""}': "0+20x60"}, {}),
    "a flood": (
        "LatchkeyRefusals",
        {
            'latchkey_sign_ins_total{outcome="refused",why="wrong-password"}': None,
            'latchkey_turned_away_total{limit="setup_code"}': "0+20x60",
        },
        {},
    ),
    "slow": ("LatchkeySlow", {BUCKET % "0.128": "0+6x60", BUCKET % "1.024": "0+60x60"}, {}),
}


def judged(folder, series, expected):
    """Whether exactly these alerts are there after 40 minutes: names with their labels."""
    tests = {
        "rule_files": ["alerts.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in series.items() if values],
                "alert_rule_test": [
                    {
                        "alertname": name,
                        "eval_time": "40m",
                        "exp_alerts": [
                            {"exp_labels": labels, "exp_annotations": rule["annotations"]}
                            for alert, labels in expected
                            if alert == name
                        ],
                    }
                    for name, rule in RULES.items()
                ],
            }
        ],
    }
    (folder / "tests.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    done = promtool("test", "rules", "tests.yml", folder=folder)
    return done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_the_files(folder):
    done = promtool("check", "config", "prometheus.yml", folder=folder)
    assert done.returncode == 0, done.stderr
    done = promtool("check", "rules", "alerts.yml", folder=folder)
    assert done.returncode == 0, done.stderr


def test_nobody_is_woken_while_all_is_well(folder):
    content, said = judged(folder, WELL, [])
    assert content, said


def test_nobody_is_woken_by_a_tablet_whose_token_died(folder):
    content, said = judged(folder, {**WELL, 'latchkey_sign_ins_total{outcome="token-refused",why=""}': "0+20x60"}, [])
    assert content, said


@pytest.mark.parametrize("trouble", TROUBLES)
def test_somebody_is_woken(folder, trouble):
    alert, series, labels = TROUBLES[trouble]
    content, said = judged(folder, {**WELL, **series}, [(alert, labels)])
    assert content, said
    content, _ = judged(folder, {**WELL, **series}, [])
    assert not content, "the check finds nothing"


def test_every_alert_is_tried():
    assert {alert for alert, _, _ in TROUBLES.values()} == set(RULES)


# --- Numbers of a real one ---------------------------------------------------------------------------------------------


class Prometheus:
    """A running one, which asks this Latchkey."""

    def __init__(self, folder, target):
        config = shown("prometheus.yml")
        (job,) = config["scrape_configs"]
        assert job["static_configs"] == [{"targets": ["127.0.0.1:9056"]}]
        job["static_configs"][0]["targets"] = [target]
        config["global"] = {"scrape_interval": "200ms", "scrape_timeout": "200ms", "evaluation_interval": "200ms"}
        config["rule_files"] = ["alerts.yml"]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        address = free_address()
        words = ["--config.file=prometheus.yml", "--storage.tsdb.path=numbers", f"--web.listen-address={address}"]
        self.url = f"http://{address}"
        with (folder / "prometheus.log").open("w") as log:
            self.process = subprocess.Popen(
                [os.environ["LATCHKEY_TEST_PROMETHEUS"], *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def ready(self):
        """It listens before it is ready."""
        until = time.monotonic() + 30
        while wait_for(f"{self.url}/-/ready", self.process).status_code != 200:
            assert time.monotonic() < until, "Prometheus does not get ready"
            time.sleep(0.05)

    def ask(self, path, **query):
        answer = requests.get(f"{self.url}/api/v1/{path}", params=query, timeout=10).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def finds(self, query):
        """What it finds, as soon as it finds something."""
        until = time.monotonic() + 30
        while not (found := self.ask("query", query=query)["result"]):
            assert time.monotonic() < until, f"Prometheus finds nothing: {query}"
            time.sleep(0.05)
        return found


@pytest.fixture
def watched(plex, folder):
    """A Latchkey that is set up, and a Prometheus that watches it."""
    metrics = free_address()
    more = {"LATCHKEY_METRICS_LISTEN": metrics, "LATCHKEY_LIMIT_API_KEY_FROM_ADDRESS": "1/10m"}
    with Latchkey(plex, folder / "data", more) as latchkey:
        prometheus = Prometheus(folder, metrics)
        try:
            prometheus.ready()
            yield latchkey, prometheus
        finally:
            prometheus.process.kill()
            prometheus.process.wait()


def go_wrong(latchkey):
    """A sign-in of each kind that is refused, a limit that is reached, and a plex.tv that is in trouble."""

    def post(path, body):
        return requests.post(f"{latchkey.api}{path}", json=body, timeout=10).status_code

    assert post("/auth/local", {"email": "nobody@home.test", "password": "wrong"}) == 403
    assert post("/auth/token", {"token": "7d0e3f0a-9b1c-4d2e-8f30-123456789abc"}) == 403
    latchkey.new_api_key()
    wrong = {"X-Api-Key": "0" * 64}
    answers = [requests.get(f"{latchkey.api}/auth/me", headers=wrong, timeout=10).status_code for _ in range(2)]
    assert answers == [403, 429]
    pin = latchkey.pin("marlow")
    latchkey.plex.order("switches", faults=[{"path": "/api/v2", "answer": {"status": 502}}])
    assert post("/auth/plex", pin) == 502


def test_every_panel_and_alert_has_numbers(watched):
    latchkey, prometheus = watched
    go_wrong(latchkey)
    for name, query in QUERIES.items():
        assert prometheus.finds(query), name
    for outcome in ("signed-in", "refused", "token-refused", "api-key-refused"):
        prometheus.finds(f'latchkey_sign_ins_total{{outcome="{outcome}"}}')
    for outcome in ("ok", "trouble"):
        prometheus.finds(f'latchkey_plex_calls_total{{outcome="{outcome}"}}')
    prometheus.finds('latchkey_requests_total{status=~"5.."}')
    prometheus.finds('latchkey_turned_away_total{limit="api_key_from_address"}')
    # Every name is one that the program gives, and the page names them all.
    given = {name for name in prometheus.ask("label/__name__/values") if name.startswith("latchkey_")}
    used = {name for text in (*QUERIES.values(), *(rule["expr"] for rule in RULES.values())) for name in NAME.findall(text)}
    assert used <= given, used - given
    table = set(re.findall(r"^\| `(latchkey_\w+)` \|", PAGE, re.MULTILINE))
    plain = {re.sub(r"(?<=latchkey_request_seconds)_(bucket|count|sum)$", "", name) for name in given}
    assert plain == table, plain ^ table
    (rules,) = prometheus.ask("rules")["groups"]
    assert {rule["name"] for rule in rules["rules"]} == set(RULES)
    assert all(rule["health"] == "ok" for rule in rules["rules"]), rules


def test_its_end_is_noticed(watched):
    latchkey, prometheus = watched
    gone = 'ALERTS{alertname="LatchkeyGone"}'
    # Until the first answer it is gone, too.
    prometheus.finds(f'up{{job="latchkey"}} == 1 unless on() {gone}')
    latchkey.process.kill()
    prometheus.finds(gone)
