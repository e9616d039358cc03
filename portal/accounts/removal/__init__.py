"""Account deletion by its own user: a link by mail, a page that asks once more, and then the account is gone."""
