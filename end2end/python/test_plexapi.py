"""python-plexapi, which knows the real plex.tv, against the stand-in: if it is content, the stand-in is believable.

It speaks only XML and looks at neither CORS nor `Origin`; those are covered by the stand-in's own tests.
"""

from urllib.parse import parse_qs

import plexapi
import pytest
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from plexapi.myplex import MyPlexAccount, MyPlexPinLogin

ATTIC = "5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357"
CLIENT_ID = plexapi.BASE_HEADERS["X-Plex-Client-Identifier"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Polls fast and never picks up somebody's real settings."""
    monkeypatch.setattr(MyPlexPinLogin, "POLLINTERVAL", 0.02)


def account(plex, key):
    """The plexapi account of someone in the stand-in's household, signed in without a PIN."""
    token = plex.order("token", account=key, clientId=CLIENT_ID)["token"]
    return MyPlexAccount(token=token, session=plex)


def code_of(login):
    """The code in the address of the approval page, where a person would go."""
    url = login.oauthUrl(forwardUrl="http://home.test/auth/plex/return")
    page, _, fragment = url.partition("#!?")
    assert page == "https://app.plex.tv/auth/"
    query = parse_qs(fragment)
    assert query["clientID"] == [CLIENT_ID]
    return query["code"][0]


def test_pin_login_from_start_to_account(plex):
    login = MyPlexPinLogin(session=plex, oauth=True)
    received = []
    login.run(callback=received.append, timeout=10)
    code = code_of(login)
    assert len(code) == 25
    plex.order("approve", code=code, account="marlow")
    assert login.waitForLogin()
    assert received == [login.token]
    assert len(login.token) == 20

    marlow = MyPlexAccount(token=login.token, session=plex)
    assert (marlow.id, marlow.uuid, marlow.username) == (48210377, "9f3b61c07ad2e458", "marlow")
    assert marlow.email == "marlow@example.test"
    assert (marlow.home, marlow.homeAdmin, marlow.restricted) == (True, False, False)
    assert ("POST", "/api/v2/pins") in plex.asked


def test_link_code_for_a_television(plex):
    login = MyPlexPinLogin(session=plex)
    assert len(login.pin) == 4
    assert not login.checkLogin()
    plex.order("approve", code=login.pin, account="anna")
    assert login.checkLogin()


def test_managed_profile_has_no_email(plex):
    kid = account(plex, "kid")
    assert (kid.title, kid.email, kid.username) == ("Kim", "", "")
    assert kid.restricted and kid.home


def test_owner_sees_the_household(plex):
    users = {user.title: user for user in account(plex, "attic-owner").users()}
    assert set(users) == {"marlow", "Kim", "anna.k", "bea", "paul", "rita"}
    assert users["marlow"].home and not users["anna.k"].home
    assert users["Kim"].restricted
    for title, pending in [("anna.k", [False]), ("paul", [True]), ("rita", [])]:
        servers = users[title].servers
        assert [server.pending for server in servers] == pending
        assert all(server.machineIdentifier == ATTIC for server in servers)


def test_owner_sees_pending_invites(plex):
    [invite] = account(plex, "attic-owner").pendingInvites(includeReceived=False)
    assert invite.username == "paul"
    assert [server.name for server in invite.servers] == ["Attic"]


@pytest.mark.parametrize(
    ("key", "owned", "home"), [("attic-owner", True, True), ("marlow", False, True), ("anna", False, False)]
)
def test_resources_of_the_household(plex, key, owned, home):
    [attic] = account(plex, key).resources()
    assert (attic.clientIdentifier, attic.name, attic.provides) == (ATTIC, "Attic", "server")
    assert (attic.owned, attic.home) == (owned, home)
    assert [connection.port for connection in attic.connections] == [32400, 32400, 8443]
    assert attic.createdAt.year == 2021


@pytest.mark.parametrize("key", ["paul", "rita", "stranger"])
def test_others_have_no_resources(plex, key):
    assert account(plex, key).resources() == []


def test_player_claiming_the_machine_identifier(plex):
    [player] = account(plex, "pia").resources()
    assert player.clientIdentifier == ATTIC
    assert "server" not in player.provides.split(",")


def test_ping_and_sign_out(plex):
    marlow = account(plex, "marlow")
    assert marlow.ping()
    assert not marlow.signout()  # 204 has no body.
    with pytest.raises(Unauthorized):
        marlow.ping()


def test_dead_token_at_a_legacy_address(plex):
    marlow = account(plex, "marlow")
    assert marlow.query("https://plex.tv/users/account").attrib["username"] == "marlow"
    plex.order("remove-device", account="marlow")
    # 422 with these words means 401 to plexapi.
    with pytest.raises(Unauthorized, match="Invalid token"):
        marlow.query("https://plex.tv/users/account")


def test_home_profile_switch(plex):
    owner = account(plex, "attic-owner")
    assert owner.switchHomeUser("Kim").title == "Kim"
    assert owner.switchHomeUser("marlow", pin="1234").title == "marlow"
    with pytest.raises(BadRequest, match="1041"):
        owner.switchHomeUser("marlow", pin="0000")


def test_expired_pin(plex):
    login = MyPlexPinLogin(session=plex, oauth=True)
    plex.order("expire", code=code_of(login))
    login.run(timeout=10)
    assert not login.waitForLogin()
    assert login.expired


def test_pin_of_another_client_identifier(plex):
    login = MyPlexPinLogin(session=plex, oauth=True)
    plex.order("approve", code=code_of(login), account="marlow")
    login._customHeaders = {"X-Plex-Client-Identifier": "another-install"}
    assert not login.checkLogin()
    assert login.expired
    assert plex.log()[-1]["status"] == 404


@pytest.mark.parametrize("token", ["not-a-token", "srvTok-5f3a9c-9f3b61c07ad2e458"])
def test_bad_token(plex, token):
    with pytest.raises(Unauthorized, match="1001"):
        MyPlexAccount(token=token, session=plex)


def test_unknown_path(plex):
    marlow = account(plex, "marlow")
    with pytest.raises(NotFound):
        marlow.query("https://plex.tv/api/v2/nowhere")


def test_no_token_ever_travels_in_a_url(plex):
    account(plex, "marlow").resources()
    assert {entry["token"] for entry in plex.log()} == {"header"}
    assert {entry["clientId"] for entry in plex.log()} == {CLIENT_ID}
