"""`python-overseerr` 0.8.0, which Home Assistant uses, against a running Latchkey: signing in with the API key, and what it
makes of a wrong one. Of its own calls only the status is about anything that is here; the others go through its request."""

import asyncio
import json

import pytest
from python_overseerr import OverseerrAuthenticationError, OverseerrClient, OverseerrConnectionError


def ask(latchkey, key, work):
    """What `work` makes of a client with that key."""

    async def run():
        host, _, port = latchkey.address.partition(":")
        async with OverseerrClient(host, int(port), key, ssl=False) as client:
            return await work(client)

    return asyncio.run(run())


def test_status(latchkey):
    status = ask(latchkey, latchkey.new_api_key(), lambda client: client.get_status())
    assert (status.update_available, status.commits_behind, status.restart_required) == (False, 0, False)
    assert status.version == latchkey.as_owner("GET", "/settings/public")["version"]


def test_users_and_settings_with_the_key(latchkey):
    async def work(client):
        made = await client._request("POST", "user", data={"email": "anna@example.test", "username": "Anna"})
        number = json.loads(made)["id"]
        await client._request("POST", f"user/{number}/settings/main", data={"username": "Änni"})
        found = json.loads(await client._request("GET", "user", params={"q": "anni"}))
        await client._request("POST", "settings/main", data={"applicationTitle": "The Attic"})
        return json.loads(await client._request("GET", "auth/me")), found["results"], number

    me, found, number = ask(latchkey, latchkey.new_api_key(), work)
    assert me["id"] == 1
    assert [user["id"] for user in found] == [number]
    assert latchkey.as_owner("GET", "/settings/public")["applicationTitle"] == "The Attic"


@pytest.mark.parametrize("path", ["auth/me", "user", "settings/main"])
def test_a_wrong_key_is_told_from_a_lost_connection(latchkey, path):
    """403 is "wrong key" to it, and Home Assistant asks for another; anything else means that the server is out of order."""
    old = latchkey.new_api_key()
    latchkey.new_api_key()
    for wrong in (old, "0" * 64, "not a key"):
        with pytest.raises(OverseerrAuthenticationError):
            ask(latchkey, wrong, lambda client: client._request("GET", path))


def test_what_is_not_here_is_no_wrong_key(latchkey):
    """Requests and issues are Seerr's business."""
    with pytest.raises(OverseerrConnectionError) as missing:
        ask(latchkey, latchkey.new_api_key(), lambda client: client.get_request_count())
    assert json.loads(missing.value.args[1]["response"])["status"] == 404
