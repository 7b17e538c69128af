# Somebody else's sign-in link was opened.
switch-title = Switch account
switch-question = Switch to another account?
switch-lead = You're signed in as <b>{ $current }</b>. This link is for <b>{ $other }</b> ({ $device }).
switch-yes = Switch to { $name }
switch-no = Stay signed in as { $name }
