"""`seerr` 0.2.0, generated from Seerr's own description and strict about types, against a running Latchkey. What it refuses
is an answer that programs written for Seerr could not read: it raises, so every call here is a check of types, too."""

import pytest
import seerr
from seerr.exceptions import ApiException, ForbiddenException, NotFoundException, UnauthorizedException

ANNA = {"email": "anna@example.test", "password": "brass key, blue door"}


class Client:
    """The parts of the API that Latchkey has, as one caller: with the API key, a session's cookie, or nothing."""

    def __init__(self, latchkey, key=None, cookie=None):
        credentials = {**({"apiKey": key} if key else {}), **({"cookieAuth": cookie} if cookie else {})}
        client = seerr.ApiClient(seerr.Configuration(host=latchkey.api, api_key=credentials, retries=False))
        self.auth = seerr.AuthApi(client)
        self.public = seerr.PublicApi(client)
        self.settings = seerr.SettingsApi(client)
        self.users = seerr.UsersApi(client)


def signed_in(latchkey, answer):
    """Whoever got that answer, with the cookie that came with it."""
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "connect.sid"
    return Client(latchkey, cookie=f"{name}={rest.partition(';')[0]}")


@pytest.fixture
def owner(latchkey):
    """A program with the API key."""
    key = latchkey.new_api_key()
    latchkey.as_owner("POST", "/settings/main", {"seerrCookieName": True, "acceptPlexTokens": True})
    return Client(latchkey, key=key)


@pytest.fixture
def nobody(latchkey, owner):
    return Client(latchkey)


def make(owner, email, **more):
    return owner.users.create_user(seerr.CreateUserRequest(email=email, **more))


def sign_in(latchkey, nobody, email, password):
    body = seerr.CreateAuthLocalRequest(email=email, password=password)
    return signed_in(latchkey, nobody.auth.create_auth_local_with_http_info(body))


def make_anna(latchkey, owner, nobody):
    """A member with a password: her number, and her own client."""
    anna = make(owner, ANNA["email"], username="Anna")
    password = seerr.CreateUserSettingsPasswordRequest(new_password=ANNA["password"])
    owner.users.create_user_settings_password(anna.id, password)
    return anna.id, sign_in(latchkey, nobody, **ANNA)


def test_anybody_reads_status_and_public_settings(latchkey, nobody):
    status = nobody.public.get_status()
    assert (status.update_available, status.commits_behind, status.restart_required) == (False, 0, False)
    public = nobody.settings.get_public()
    assert public.initialized
    assert str(public.plex_client_identifier) == latchkey.client_identifier


def test_who_nobody_is_and_who_is_wrong(latchkey, nobody):
    with pytest.raises(UnauthorizedException):
        nobody.auth.get_auth_me()
    for wrong in (Client(latchkey, key="0" * 64), Client(latchkey, cookie="connect.sid=s%3Anothing.at-all")):
        with pytest.raises(ForbiddenException) as refused:
            wrong.auth.get_auth_me()
        assert '"status":403' in refused.value.body


def test_the_api_key_is_the_owner(owner):
    me = owner.auth.get_auth_me()
    assert (me.id, me.user_type, me.permissions, me.request_count) == (1, 1, 2, 0)
    assert me.plex_username == "attic-owner"
    assert me.additional_properties["warnings"] == []


def test_password_sign_in_and_out(latchkey, owner, nobody):
    number, anna = make_anna(latchkey, owner, nobody)
    me = anna.auth.get_auth_me()
    assert (me.id, me.email, me.username, me.user_type) == (number, ANNA["email"], "Anna", 2)
    assert anna.auth.create_auth_logout().status == "ok"
    with pytest.raises(ForbiddenException):
        anna.auth.get_auth_me()
    with pytest.raises(ForbiddenException):
        sign_in(latchkey, nobody, ANNA["email"], "another password")


def test_plex_sign_in_with_a_token(latchkey, owner, nobody):
    def by_plex(account):
        token = latchkey.plex.order("token", account=account, clientId=latchkey.client_identifier)["token"]
        return nobody.auth.create_auth_plex_with_http_info(seerr.CreateAuthPlexRequest(auth_token=token))

    answer = by_plex("anna")
    assert (answer.data.plex_username, answer.data.user_type) == ("anna.k", 1)
    assert signed_in(latchkey, answer).auth.get_auth_me().id == answer.data.id
    with pytest.raises(ForbiddenException):
        by_plex("stranger")
    with pytest.raises(UnauthorizedException):
        nobody.auth.create_auth_plex(seerr.CreateAuthPlexRequest(auth_token="not-a-token"))


def test_a_forgotten_password_is_answered_the_same_for_all(owner, nobody):
    make(owner, ANNA["email"])
    for email in (ANNA["email"], "nobody@example.test"):
        answer = nobody.users.create_auth_reset_password(seerr.CreateAuthResetPasswordRequest(email=email))
        assert answer.status == "ok"


def test_a_reset_link_sets_a_password(latchkey, owner, nobody):
    anna = make(owner, ANNA["email"])
    url = latchkey.as_owner("POST", f"/user/{anna.id}/reset-link", expected=201)["url"]
    body = seerr.CreateAuthResetPasswordByGuidRequest(password=ANNA["password"])
    guid = url.rpartition("/")[2]
    assert nobody.users.create_auth_reset_password_by_guid(guid, body).status == "ok"
    assert sign_in(latchkey, nobody, **ANNA).auth.get_auth_me().id == anna.id
    with pytest.raises(NotFoundException):
        nobody.users.create_auth_reset_password_by_guid(guid, body)


def test_people_are_made_listed_found_and_paged(owner):
    made = [make(owner, f"{name}@example.test", username=name) for name in ("Zoë", "Ägnes", "Bob")]
    with pytest.raises(ApiException) as taken:
        make(owner, "bob@EXAMPLE.test")
    assert taken.value.status == 409 and "USER_EXISTS" in taken.value.body
    page = owner.users.get_user(take=2, skip=1, sort="displayname")
    assert [user.username for user in page.results if user.id != 1][-1:] == ["Bob"]
    assert (page.page_info.pages, page.page_info.results, page.page_info.page) == (2, 4, 2)
    everybody = owner.users.get_user(take=100, sort="displayname").results
    assert [user.username for user in everybody if user.id != 1] == ["Ägnes", "Bob", "Zoë"]
    assert [user.id for user in owner.users.get_user(q="AGNES").results] == [made[1].id]
    assert owner.users.get_user(q="nobody at all").results == []


def test_children_without_an_email_break_no_list(latchkey, owner):
    latchkey.as_owner("POST", "/settings/main", {"householdChildren": True})
    token = latchkey.plex.order("token", account="kid", clientId=latchkey.client_identifier)["token"]
    kid = Client(latchkey).auth.create_auth_plex(seerr.CreateAuthPlexRequest(auth_token=token))
    assert kid.email == ""
    assert kid.id in [user.id for user in owner.users.get_user(take=100).results]
    assert owner.users.get_user_by_user_id(kid.id).additional_properties["displayName"] == "Kim"


def test_one_person_is_read_changed_and_deleted(owner):
    anna = make(owner, ANNA["email"], username="Anna", permissions=32)
    read = owner.users.get_user_by_user_id(anna.id)
    assert read.to_str() == anna.to_str()
    # As a program does that reads, changes and writes back all it knows.
    read.username, read.permissions = "Anna K.", 8 | 32
    changed = owner.users.update_user(anna.id, read)
    assert (changed.username, changed.permissions) == ("Anna K.", 40)
    several = owner.users.put_user(seerr.PutUserRequest(ids=[anna.id], permissions=32))
    assert [(user.id, user.permissions) for user in several] == [(anna.id, 32)]
    assert owner.users.delete_user(anna.id).id == anna.id
    with pytest.raises(NotFoundException):
        owner.users.get_user_by_user_id(anna.id)
    with pytest.raises(ApiException) as protected:
        owner.users.delete_user(1)
    assert protected.value.status == 405


def test_settings_of_a_person(latchkey, owner, nobody):
    number, anna = make_anna(latchkey, owner, nobody)
    main = anna.users.get_user_settings_main(number)
    assert (main.username, main.email, main.locale) == ("Anna", ANNA["email"], None)
    main.username, main.locale = "Änni", "de"
    assert anna.users.create_user_settings_main(number, main).locale == "de"
    assert [user.id for user in owner.users.get_user(q="anni").results] == [number]
    with pytest.raises(ApiException) as wrong:
        anna.users.create_user_settings_main(number, seerr.UserSettings(email="no address"))
    assert wrong.value.status == 400 and '"path":"email"' in wrong.value.body

    assert owner.users.get_user_settings_permissions(number).permissions == 32
    changed = seerr.CreateUserSettingsPermissionsRequest(permissions=40)
    assert owner.users.create_user_settings_permissions(number, changed).permissions == 40
    with pytest.raises(ForbiddenException):
        anna.users.create_user_settings_permissions(number, changed)


def test_a_password_is_changed(latchkey, owner, nobody):
    number, anna = make_anna(latchkey, owner, nobody)
    elsewhere = sign_in(latchkey, nobody, **ANNA)
    assert anna.users.get_user_settings_password(number).has_password
    new = "green lamp, stone step"

    def change(current, password):
        body = seerr.CreateUserSettingsPasswordRequest(current_password=current, new_password=password)
        return anna.users.create_user_settings_password(number, body)

    with pytest.raises(ForbiddenException):
        change("not it at all", new)
    with pytest.raises(ApiException) as short:
        change(ANNA["password"], "short")
    assert short.value.status == 400
    change(ANNA["password"], new)
    assert anna.auth.get_auth_me().id == number
    with pytest.raises(ForbiddenException):
        elsewhere.auth.get_auth_me()
    assert sign_in(latchkey, nobody, ANNA["email"], new).auth.get_auth_me().id == number


def test_a_plex_account_is_unlinked(latchkey, owner, nobody):
    number, anna = make_anna(latchkey, owner, nobody)
    with pytest.raises(NotFoundException):
        anna.users.delete_user_settings_linked_accounts_plex(number)
    token = latchkey.plex.order("token", account="anna", clientId=latchkey.client_identifier)["token"]
    anna.users.create_user_settings_linked_accounts_plex(number, seerr.CreateAuthPlexRequest(auth_token=token))
    me = anna.auth.get_auth_me()
    assert (me.plex_username, me.user_type) == ("anna.k", 1)
    anna.users.delete_user_settings_linked_accounts_plex(number)
    assert anna.auth.get_auth_me().plex_username is None


def test_people_come_from_plex(owner):
    waiting = {user.username: user for user in owner.settings.list_plex_users()}
    assert {"anna.k", "marlow", "bea"} <= set(waiting)
    body = seerr.CreateUserImportFromPlexRequest(plex_ids=[waiting["anna.k"].id])
    [anna] = owner.users.create_user_import_from_plex(body)
    assert (anna.plex_username, anna.email) == ("anna.k", "anna@example.test")
    assert owner.users.create_user_import_from_plex(body) == []
    assert "anna.k" not in {user.username for user in owner.settings.list_plex_users()}


def test_main_settings_go_there_and_back(latchkey, owner):
    main = owner.settings.get_main()
    assert (main.application_title, main.media_server_type, main.local_login) == ("Latchkey", 1, True)
    assert len(main.api_key.strip("•*…")) == 4, "all but four digits of the key are hidden"
    main.application_title, main.new_plex_login = "The Attic", False
    # With everything that was read, also what Seerr does not know.
    saved = owner.settings.create_main(main)
    assert (saved.application_title, saved.new_plex_login) == ("The Attic", False)
    assert latchkey.as_owner("GET", "/settings/public")["applicationTitle"] == "The Attic"
    with pytest.raises(ApiException) as wrong:
        owner.settings.create_main(seerr.MainSettings(application_title=" "))
    assert wrong.value.status == 400


def test_a_new_api_key_ends_the_old_one(latchkey, owner):
    key = owner.settings.create_main_regenerate().api_key
    assert Client(latchkey, key=key).auth.get_auth_me().id == 1
    with pytest.raises(ForbiddenException):
        owner.auth.get_auth_me()


def test_the_media_server(latchkey, owner):
    [device] = owner.settings.list_plex_devices_servers()
    assert (device.name, device.product, device.owned, device.provides) == ("Attic", "Plex Media Server", True, ["server"])
    assert (device.connection, device.access_token) == ([], None)
    chosen = owner.settings.get_plex()
    assert (chosen.name, chosen.machine_id) == ("Attic", device.client_identifier)
    # The description holds the identifier for read-only, so a program has to add it.
    chosen.additional_properties["machineId"] = device.client_identifier
    assert owner.settings.create_plex(chosen).machine_id == device.client_identifier


def test_mail_settings(owner):
    none = owner.settings.get_notifications_email()
    assert none.enabled is False
    options = seerr.NotificationEmailSettingsOptions(
        email_from="door@example.test", smtp_host="127.0.0.1", smtp_port=2525, auth_user="door", auth_pass="a secret", ignore_tls=True
    )
    saved = owner.settings.create_notifications_email(seerr.NotificationEmailSettings(enabled=True, options=options))
    assert (saved.enabled, saved.options.smtp_port, saved.options.auth_user) == (True, 2525, "door")
    read = owner.settings.get_notifications_email()
    assert "a secret" not in read.to_json() and read.options.auth_pass is None
    # Read and sent back as it is: the password that it lacks stays.
    assert owner.settings.create_notifications_email(read).options.additional_properties["hasPassword"] is True


def test_members_see_themselves_and_no_settings(latchkey, owner, nobody):
    number, anna = make_anna(latchkey, owner, nobody)
    assert anna.users.get_user_by_user_id(number).email == ANNA["email"]
    for refused in (
        anna.settings.get_main,
        anna.settings.get_plex,
        anna.settings.list_plex_users,
        anna.settings.get_notifications_email,
        lambda: anna.users.get_user_settings_main(1),
        lambda: make(anna, "new@example.test"),
    ):
        with pytest.raises(ForbiddenException):
            refused()
    # Others are a name and a picture. The client wants an e-mail for everybody, which Seerr keeps from them as well.
    with pytest.raises(ValueError, match="email"):
        anna.users.get_user_by_user_id(1)
