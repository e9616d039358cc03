"""The declaration of the jobs room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, BY_POST, STAFF, Menu, Page, Room, Section

# The largest file to import, in bytes: about 100,000 rows. `manage.py plan` imports larger ones without an upload.
UPLOAD = 16 * 1024 * 1024

ROOM = Room(
    "jobs",
    help="bulk",
    pages=(
        Page("list", "", "records.JobList", STAFF),
        Page("new", "new/", "plans.JobNew", STAFF, writes=ALWAYS),
        Page("import", "import/<slug:kind>/", "plans.JobImport", STAFF, writes=BY_POST, upload=UPLOAD),
        Page(
            "import-domain",
            "import-domain/",
            "plans.JobImportDomain",
            STAFF,
            asks="Sip.addDomain",
            writes=BY_POST,
            upload=UPLOAD,
        ),
        Page("generate", "generate/", "plans.JobGenerate", STAFF, writes=BY_POST),
        Page("columns", "<uuid:job>/columns/", "records.JobColumns", STAFF, writes=BY_POST),
        Page("detail", "<uuid:job>/", "records.JobDetail", STAFF),
        Page("rows", "<uuid:job>/rows/", "records.JobRows", STAFF),
        Page("passwords", "<uuid:job>/passwords/", "records.JobPasswords", STAFF, writes=ALWAYS),
        Page("do", "<uuid:job>/do/", "records.JobDo", STAFF, writes=ALWAYS),
    ),
    menu=(Menu("list", _("Jobs"), "jobs", section=Section.RECORDS),),
    in_api=True,
)
