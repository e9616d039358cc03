"""The declaration of the accounts:programs room: the page of the tokens with which programs work with an account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, EVERYBODY, SIGNED_IN, SUBSCRIBERS, Menu, Page, Room, Section

ROOM = Room(
    "accounts:programs",
    path="",
    help="programs",
    own_help="programs",
    pages=(
        Page("list", "<key:address>/programs/", "ProgramList", SIGNED_IN, asks="Sip.getAccount"),
        Page("add", "<key:address>/programs/add/", "ProgramAdd", SUBSCRIBERS, asks="Sip.getAccount", writes=ALWAYS),
        Page("end", "<key:address>/programs/end/", "ProgramEnd", SIGNED_IN, asks="Sip.getAccount", writes=ALWAYS),
        Page(
            "add-certificate",
            "<key:address>/programs/certificates/add/",
            "CertificateAdd",
            SUBSCRIBERS,
            asks="Sip.getAccount",
            writes=ALWAYS,
        ),
        Page(
            "end-certificate",
            "<key:address>/programs/certificates/end/",
            "CertificateEnd",
            SIGNED_IN,
            asks="Sip.getAccount",
            writes=ALWAYS,
        ),
        Page("certificate", "certificate/", "CertificateSignIn", EVERYBODY),
    ),
    menu=(Menu("list", _("Programs"), "computer", section=Section.OWN_PHONES),),
    journal_actions={
        "addProgram": _("Program given access"),
        "addCertificate": _("Certificate made"),
        "endCertificate": _("Certificate revoked"),
        "endProgram": _("Access of a program ended"),
    },
)
