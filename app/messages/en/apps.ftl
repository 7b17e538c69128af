# What is wrong with an app.
apps-wrong-name = The name must have 1 to 60 characters, such as Sonarr.
apps-wrong-icon = The icon must be a character or two, such as an emoji.
apps-wrong-host = Enter a host such as sonarr.home.example, or *.home.example for all hosts below; without https://, port or path.
apps-wrong-path = Enter a path such as /wiki, or / for the whole host; plain letters, without ?, # or %.
apps-wrong-permissions = Choose permissions from the list.
apps-wrong-rules = Each exception needs a path such as /api; methods are words such as GET or POST. At most 50.
apps-too-many = There can be { $most } apps at most. Take one away first; a wildcard such as *.home.example stands for many hosts.
apps-wrong-taken = { $name } has this address already. Give one of the two another host or path.
apps-wrong-own = That is Latchkey's own address: people would have to sign in before they can sign in. Enter the app's.
apps-wrong-people = Choose people from the list: one of them is no member.
apps-wrong-order = Enter a whole number, such as 10.
apps-none-such = There is no such app. It may have been taken away.
apps-changed = Somebody else changed this app meanwhile. Nothing was saved. Read it again, then decide.

# /settings/apps
apps-title = Apps
apps-list = Behind the gateway
apps-lead = Your reverse proxy asks Latchkey before it lets anybody through to these. People sign in once, for all of them.
apps-none = No app yet. Add the first: what it is called, at which host it opens, and who may.
apps-add = Add an app
apps-open = Open
apps-for = For { $who }
apps-for-owner = For the owner only
apps-who-everyone = everyone in the household
apps-who-home = the Plex Home
apps-who-friends = friends
apps-who-local = local accounts
apps-who-bits = those with permission { $bits }
apps-exceptions-count = { $count ->
    [one] 1 exception
   *[other] { $count } exceptions
}
apps-added = { $name } is added.
apps-saved = { $name } is saved.
apps-removed = The app is gone. Its address is refused from now on.

# Which rule answers.
apps-ask-title = Who gets in where?
apps-ask-hint = Type an address as the browser shows it: here stands which app answers there, and who gets in.
apps-ask-url = Address
apps-ask-method = Method
apps-ask-do = Look
apps-ask-unreadable = That is no address. Type it as a browser shows it, such as https://sonarr.home.example/calendar.
apps-ask-nobody = Nothing is set up at <b>{ $host }</b>: everybody is refused.
apps-ask-answers = { $apps } answers.
apps-ask-several = Servers read this path in different ways, so all of these have to agree: { $apps }.
apps-ask-everybody = Everybody gets in, without signing in.
apps-ask-owner = Only the owner gets in.
apps-ask-members = Who gets in: { $who }.
apps-ask-members-of-all = Whoever may open each of them gets in.
apps-ask-rule = An exception says so: { $rule }

# What holds for all of them.
apps-shared = For all apps
apps-outside-domain = People sign in at { $host }, which does not lie below { $domain }. Each browser then needs one redirect more to be signed in there. Better change one of the two.

# One app.
apps-new = Add an app
apps-change = Change an app
apps-what = The app
apps-name = Name
apps-name-hint = As people know it, such as Sonarr.
apps-icon = Symbol
apps-icon-hint = An emoji; or the first letter.
apps-host = Host
apps-host-hint = Such as sonarr.home.example. *.home.example stands for every host below that has no app of its own.
apps-path = Path
apps-path-hint = / for the whole host. Such as /wiki if other apps share it.
apps-order = Place
apps-order-hint = On the start page small numbers come first; those with the same number by name.
apps-who = Who may open it
apps-who-hint = Whoever has at least one tick. The owner always may.
apps-who-everyone-box = Everyone in the household
apps-who-tiers = By how they belong
apps-who-rights = By what they may do here
apps-who-people = Single people
apps-who-no-people = Nobody of this name.
apps-find = Find people by name
apps-find-do = Find
apps-exceptions = Exceptions
apps-exceptions-hint = Parts of the app that need no sign-in, because programs call them (webhooks, an API with a key of its own), or that are for the owner only. A path holds for all below it; the longest that fits counts. Methods are words such as GET, POST.
apps-exception = Exception { $number }
apps-exception-path = Path, such as /api
apps-exception-access = Who gets in
apps-exception-open = Everybody, without signing in
apps-exception-owner = Only the owner
apps-exception-methods = Methods (empty: all)
apps-exceptions-more = More exceptions
apps-not-saved-yet = Nothing is saved yet: what you entered stands below.
apps-changed-advice = Somebody else changed this app while you were at it. Nothing of yours was saved. Below stands what you entered: save it anyway, or go on with theirs.
apps-changed-caption = Where theirs differs from yours
apps-changed-empty = (empty)
apps-end = Take it away
apps-delete = Take this app away
apps-delete-ask = Take { $name } away? Nobody gets to it through the gateway any more, and its tile goes. The app itself is not touched.
apps-delete-do = Take { $name } away
