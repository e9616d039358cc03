"""The pages of the letters."""

from __future__ import annotations

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy

from portal.core.views import PortalView

from .paper import Unprintable, to_pdf
from .services import Letter, write_letters


# Logos are inside the page, because the letters of one page may have different brands.
@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class LettersView(PortalView):
    """Letters for the accounts in the URL or in a form."""

    template_name = "mail/letters/page.html"
    title = gettext_lazy("Letters")
    form: str

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.hand_out(self.write(request.GET.getlist("address")))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.hand_out(self.write(request.POST.getlist("address")))

    def write(self, addresses: list[str]) -> list[Letter]:
        if not addresses or not all("@" in address.strip("@") for address in addresses):
            raise Http404
        return write_letters(self.request, self.ngnpro, addresses, self.form)

    def hand_out(self, letters: list[Letter]) -> HttpResponse:
        raise TypeError(f"{type(self).__name__} has to define hand_out.")


class LettersPage(LettersView):
    """Letters as a page for the printer."""

    form = "page"

    def hand_out(self, letters: list[Letter]) -> HttpResponse:
        return self.show(letters=letters)


class LettersPdf(LettersView):
    """The same letters as PDF."""

    form = "pdf"

    def hand_out(self, letters: list[Letter]) -> HttpResponse:
        try:
            pdf = to_pdf(letters)
        except Unprintable as error:
            return self.show(422, letters=letters, unprintable=error.characters)
        name = letters[0].address.replace("@", "-at-") if len(letters) == 1 else "letters"
        ascii_name = "".join(each if each.isalnum() or each in "-._" else "-" for each in name if each.isascii())
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{ascii_name}.pdf"'
        return answer
