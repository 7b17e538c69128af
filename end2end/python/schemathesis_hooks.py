"""What schemathesis is told about Latchkey: who is calling, and how that goes on after a call that ended it. Loaded by
schemathesis in a process of its own for each caller; `test_schemathesis.py` writes the file that STATE names."""

import itertools
import json
import os
from pathlib import Path

import requests
import schemathesis

STATE = Path(os.environ["LATCHKEY_SCHEMATHESIS_STATE"])
state = json.loads(STATE.read_text(encoding="utf-8"))
addresses = itertools.count(1)


def fresh_address():
    """Another one for each call: limits by address are tested elsewhere, and would answer 429 to everything here."""
    number = next(addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def ask(method, path, expected, **more):
    """A call that is no test: to put something right."""
    headers = {"X-Forwarded-For": fresh_address(), **more.pop("headers", {})}
    answer = requests.request(method, state["api"] + path, headers=headers, timeout=20, **more)
    assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer


def as_key(method, path, expected, body=None):
    return ask(method, path, expected, json=body, headers={"X-Api-Key": state["key"]})


def keep():
    STATE.write_text(json.dumps(state), encoding="utf-8")


def owners_pin():
    headers = {"X-Plex-Client-Identifier": state["clientIdentifier"], "Accept": "application/json"}
    made = requests.post(f"{state['plex']}/api/v2/pins?strong=true", headers=headers, timeout=10).json()
    order = {"code": made["code"], "account": "attic-owner"}
    requests.post(f"{state['plex']}/_stub/approve", json=order, timeout=10).raise_for_status()
    return {"pinId": made["id"], "code": made["code"]}


def sign_in():
    """A session of the caller, whatever happened to the last one, to their e-mail and to the settings."""
    usual_settings()
    if state["caller"] == "owner":
        answer = ask("POST", "/auth/plex", 200, json=owners_pin())
    else:
        as_key("POST", f"/user/{state['id']}/settings/main", 200, {"email": state["email"]})
        as_key("POST", f"/user/{state['id']}/settings/password", 204, {"newPassword": PASSWORD})
        answer = ask("POST", "/auth/local", 200, json={"email": state["email"], "password": PASSWORD})
    state["session"] = answer.cookies["latchkey.sid"]


def usual_settings():
    """Those that a sign-in and the session's cookie need."""
    usual = {"localLogin": True, "mediaServerLogin": True, "allowSelfLoginToken": True, "seerrCookieName": False}
    as_key("POST", "/settings/main", 200, usual)


# Seerr's bits: ADMIN is 2, MANAGE_USERS 8. Made anew for each run, as the run before may have deleted anybody.
PERMISSIONS = {"member": 32, "manager": 8 | 32, "administrator": 2 | 32, "login token": 2 | 32}
# None that stands in the document as an example: it would be changed.
PASSWORD = "four words, no example"
if state["caller"] in PERMISSIONS:
    state["email"] = f"{state['caller'].replace(' ', '-')}@example.test"
    made = {"email": state["email"], "password": PASSWORD, "permissions": PERMISSIONS[state["caller"]]}
    state["id"] = as_key("POST", "/user", 201, made).json()["id"]
if state["caller"] in ("member", "manager", "administrator", "owner"):
    sign_in()
if state["caller"] == "login token":
    state["token"] = as_key("POST", f"/user/{state['id']}/settings/tokens", 201, {"name": "Script"}).json()["token"]

if state["caller"] != "anonymous":

    @schemathesis.auth(refresh_interval=None)
    class Caller:
        """Brings the caller's credential with each call."""

        def get(self, case, context):
            if state["caller"] == "API key":
                return {"headers": {"X-Api-Key": state["key"]}}
            if state["caller"] == "login token":
                return {"headers": {"X-Login-Token": state["token"]}}
            return {"cookies": {"latchkey.sid": state["session"]}}

        def set(self, case, data, context):
            case.headers.update(data.get("headers", {}))
            case.cookies = {**(case.cookies or {}), **data.get("cookies", {})}


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers["X-Forwarded-For"] = fresh_address()
    # A key that acts for nobody is refused, and nothing else would be tried with it. The Rust tests try this header.
    case.headers.pop("X-Api-User", None)


# After these the caller's credential, or what a sign-in needs, may be another one.
ENDS_SESSIONS = {"POST /auth/logout", "POST /settings/security/rotate-session-secret"}


@schemathesis.hook
def after_call(context, case, response):
    if not 200 <= response.status_code < 300:
        return
    call = f"{case.operation.method.upper()} {case.operation.path}"
    if call == "POST /settings/main/regenerate":
        state["key"] = response.json()["apiKey"]
        keep()
    elif call == "POST /settings/main":
        usual_settings()
    elif call in ENDS_SESSIONS and "session" in state:
        sign_in()
