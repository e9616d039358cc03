"""The bulk actions on accounts: what becomes of one account."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from portal.accounts.calls.bulk import with_amount
from portal.accounts.calls.choices import LARGEST
from portal.accounts.choices import GROUPS, SETTABLE, why_not
from portal.core.bulk import BulkAction, ConflictRow, HandOut, HandOutForm, SkipRow, Wish, delete_action, set_action
from portal.core.fields import CustomerField, LanguageField, new_password
from portal.core.normal_forms import address_for_mail
from portal.core.sip_accounts import block_note_of, with_block_note
from portal.core.zone_fields import TimeZoneField
from portal.mail.send.bulk import to_send
from portal.ngnpro.records import SipAccount
from portal.people.links import send_sip_password_link

PREPAID, OVER_QUOTA, PSTN = "prepaid", "quota", "free-pstn"
LONGEST_CALLER_ID = 32


def in_group(account: SipAccount, group: str) -> SipAccount:
    """Return the account in a group; raises ``SkipRow`` if it is in it already."""
    if group in account.groups:
        raise SkipRow(_("Nothing to change."))
    return replace(account, groups=(*account.groups, group))


def not_in_group(account: SipAccount, group: str) -> SipAccount:
    """Return the account without a group; raises ``SkipRow`` if it is not in it."""
    if group not in account.groups:
        raise SkipRow(_("Nothing to change."))
    return replace(account, groups=tuple(name for name in account.groups if name != group))


def block(account: SipAccount, wish: Wish) -> SipAccount:
    return with_block_note(in_group(account, BLOCKED), block_note_of(wish.viewer))


def unblock(account: SipAccount, wish: Wish) -> SipAccount:
    after = not_in_group(account, BLOCKED)
    if reason := why_not(BLOCKED, account, wish.viewer):
        raise ConflictRow(reason)
    return with_block_note(after, "")


def set_prepaid(account: SipAccount, prepaid: bool) -> SipAccount:
    """Return the account as prepaid or postpaid, with the group that follows from it."""
    groups = tuple(name for name in account.groups if name != PREPAID)
    return replace(account, prepaid=prepaid, groups=(*groups, PREPAID) if prepaid else groups)


def caller_id_from_username(account: SipAccount, _wish: Wish) -> SipAccount:
    if not account.id.username.isdecimal():
        raise ConflictRow(_("Its username is not a number."))
    return with_caller_id(account, account.id.username)


def with_prefix(account: SipAccount, wish: Wish) -> SipAccount:
    prefix = wish.values["digits"]
    if not account.rpid:
        raise SkipRow(_("It has no caller-ID."))
    if account.rpid.startswith(prefix):
        raise SkipRow(_("Its caller-ID already begins with these digits."))
    return with_caller_id(account, prefix + account.rpid)


def stripped(account: SipAccount, wish: Wish) -> SipAccount:
    digits = wish.values["digits"]
    if len(account.rpid) <= digits:
        raise SkipRow(_("Its caller-ID does not have that many digits."))
    return with_caller_id(account, account.rpid[digits:])


def with_caller_id(account: SipAccount, caller_id: str) -> SipAccount:
    if len(caller_id) > LONGEST_CALLER_ID:
        raise ConflictRow(_("Its caller-ID would have more than 32 digits."))
    return replace(account, rpid=caller_id)


def with_language(account: SipAccount, wish: Wish) -> SipAccount:
    return account.with_property("language", wish.values["language"])


def with_new_password(account: SipAccount, wish: Wish) -> SipAccount:
    if wish.values["hand_out"] == HandOut.LINKS and not address_for_mail(account.email):
        raise ConflictRow(_("It has no valid e-mail address."))
    return replace(account, password=new_password())


def send_password(account: SipAccount, password: str, engine: str) -> str:
    send_sip_password_link(account, password, engine)
    return _("A link that shows the password was sent to %(email)s.") % {"email": account.email}


def with_own_groups(now: SipAccount, wanted: SipAccount) -> SipAccount:
    """Return an account as a file wants it, still in the groups that no one sets by hand, such as that of a mailbox."""
    own = [group for group in now.groups if group in GROUPS and group not in (PREPAID, *SETTABLE)]
    kept = tuple(group for group in own if group not in wanted.groups)
    return replace(wanted, groups=(*wanted.groups, *kept)) if kept else wanted


def added_again(account: SipAccount) -> SipAccount:
    """Return an account as it is sent to add it: its password as hashes if only those are known, else a new one."""
    hashes = f"{account.ha1}:{account.ha1b}" if account.ha1 and account.ha1b else ""
    return replace(account, password=account.password or hashes or new_password(), ha1="", ha1b="", source={})


class GroupActionForm(forms.Form):
    group = forms.ChoiceField(label=gettext_lazy("Right"), choices=[(name, GROUPS[name].label) for name in SETTABLE])


class PrefixForm(forms.Form):
    digits = forms.CharField(
        label=gettext_lazy("Digits to add in front"),
        max_length=15,
        validators=[RegexValidator(r"^\+?[0-9]+\Z", gettext_lazy("Digits only."))],
    )


class DigitsForm(forms.Form):
    digits = forms.IntegerField(label=gettext_lazy("Number of digits to remove"), min_value=1, max_value=31)


class AmountForm(forms.Form):
    value = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=-LARGEST,
        max_value=LARGEST,
        decimal_places=4,
        help_text=gettext_lazy("In the platform's currency, up to 1,000,000. A negative amount is deducted."),
    )
    description = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=200,
        help_text=gettext_lazy("It is shown in the history to the account's user, with the beginning of the job's id."),
    )

    def clean_value(self) -> float:
        value: Decimal | None = self.cleaned_data["value"]
        if not value:
            raise ValidationError(_("Enter an amount other than 0."))
        return float(value)


class LanguageActionForm(forms.Form):
    language = LanguageField()


ACTIONS = (
    BulkAction(name="block", label=gettext_lazy("Block"), change=block, page="block"),
    BulkAction(name="unblock", label=gettext_lazy("Unblock"), change=unblock, page="unblock"),
    BulkAction(
        name="enable-pstn",
        label=gettext_lazy("Allow calls to the PSTN"),
        change=lambda account, _wish: in_group(account, PSTN),
        page="groups",
    ),
    BulkAction(
        name="disable-pstn",
        label=gettext_lazy("Disallow calls to the PSTN"),
        change=lambda account, _wish: not_in_group(account, PSTN),
        page="groups",
    ),
    BulkAction(
        name="lift-quota",
        label=gettext_lazy("Remove the block for reaching the quota"),
        change=lambda account, _wish: not_in_group(account, OVER_QUOTA),
        page="groups",
    ),
    BulkAction(
        name="add-to-group",
        label=gettext_lazy("Grant a right"),
        form=GroupActionForm,
        change=lambda account, wish: (
            block(account, wish) if wish.values["group"] == BLOCKED else in_group(account, wish.values["group"])
        ),
        page="groups",
    ),
    BulkAction(
        name="remove-from-group",
        label=gettext_lazy("Revoke a right"),
        form=GroupActionForm,
        change=lambda account, wish: (
            unblock(account, wish) if wish.values["group"] == BLOCKED else not_in_group(account, wish.values["group"])
        ),
        page="groups",
    ),
    BulkAction(
        name="make-prepaid",
        label=gettext_lazy("Make prepaid"),
        change=lambda account, _wish: set_prepaid(account, True),
    ),
    BulkAction(
        name="make-postpaid",
        label=gettext_lazy("Make postpaid"),
        change=lambda account, _wish: set_prepaid(account, False),
    ),
    set_action(
        "quota",
        gettext_lazy("Set the monthly quota"),
        forms.IntegerField(
            label=gettext_lazy("Monthly quota"),
            min_value=0,
            max_value=1_000_000,
            help_text=gettext_lazy("In the platform's currency, 0 to 1,000,000; 0 for no limit."),
        ),
    ),
    set_action(
        "call_limit",
        gettext_lazy("Set the number of calls at a time"),
        forms.IntegerField(
            label=gettext_lazy("Calls at a time"),
            min_value=0,
            max_value=10_000,
            help_text=gettext_lazy("To telephones; 0 for the platform's limit."),
        ),
    ),
    BulkAction(
        name="caller-id-username",
        label=gettext_lazy("Set the caller-ID to the username"),
        change=caller_id_from_username,
    ),
    BulkAction(
        name="caller-id-prefix", label=gettext_lazy("Add digits to the caller-ID"), form=PrefixForm, change=with_prefix
    ),
    BulkAction(
        name="caller-id-strip",
        label=gettext_lazy("Remove digits from the caller-ID"),
        form=DigitsForm,
        change=stripped,
    ),
    set_action("owner", gettext_lazy("Change the owner"), CustomerField(label=gettext_lazy("Owner"))),
    set_action(
        "first_name",
        gettext_lazy("Set the first name"),
        forms.CharField(label=gettext_lazy("First name"), max_length=64),
    ),
    set_action(
        "last_name", gettext_lazy("Set the last name"), forms.CharField(label=gettext_lazy("Last name"), max_length=64)
    ),
    set_action("timezone", gettext_lazy("Set the time zone"), TimeZoneField()),
    BulkAction(name="language", label=gettext_lazy("Set the language"), form=LanguageActionForm, change=with_language),
    BulkAction(
        name="password",
        label=gettext_lazy("Set new random passwords"),
        form=HandOutForm,
        change=with_new_password,
        send_password=send_password,
        lost=gettext_lazy("SIP passwords that NGNPro stores as hashes only."),
        makes_passwords=True,
    ),
    BulkAction(
        name="add-balance",
        label=gettext_lazy("Add to the balance"),
        form=AmountForm,
        change=lambda state, wish: with_amount(state, wish.values["value"], wish.values["description"], wish.job),
        part="credit",
        page="credit-add",
    ),
    BulkAction(
        name="send-information",
        label=gettext_lazy("Send details"),
        change=to_send,
        part="information",
        page="accounts",
        lost=gettext_lazy("Mails that were sent."),
    ),
    delete_action(
        lost=gettext_lazy("Mailboxes with their messages, aliases, contacts and forwarding of the accounts.")
    ),
)
