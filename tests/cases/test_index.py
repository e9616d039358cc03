"""Inputs that people reported to other projects, and the tests that hold what is right for each."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

# what somebody did: the file of tests, and the tests in it
CASES: dict[str, dict[str, tuple[str, ...]]] = {
    "a form of one customer is sent after a switch in another tab": {
        "core/test_sent_forms.py": (
            "test_a_form_opened_for_one_customer_is_not_saved_into_another",
            "test_a_deletion_confirmed_for_one_customer_is_not_made_for_another",
            "test_rows_ticked_for_one_customer_are_not_acted_on_for_another",
            "test_a_tab_that_is_behind_can_still_stop_acting_and_sign_out",
        )
    },
    "a username with /../ in it": {
        "cases/test_usernames.py": (
            "test_each_name_is_stored_alike_and_opens_its_own_page",
            "test_doors_agree_on_every_name_and_each_has_one_address",
        )
    },
    "credit is added by two requests at the same moment": {
        "core/test_sent_forms.py": ("test_a_form_that_is_sent_by_many_at_the_same_moment_counts_once",),
        "accounts/calls/test_credit.py": ("test_an_amount_is_not_added_twice",),
    },
    "+49 (0)30 in every field": {
        "cases/test_numbers.py": (
            "test_every_field_reads_the_same_number",
            "test_a_zero_that_belongs_to_the_number_is_kept",
        )
    },
    "numbers that went through a spreadsheet": {
        "cases/test_numbers.py": ("test_what_only_looks_like_a_number_is_refused_for_its_reason",),
        "jobs/test_importing.py": ("test_numbers_are_read_as_people_and_excel_write_them",),
    },
    "the mail tells another password than the one that is stored": {
        "cases/test_passwords.py": (
            "test_mail_and_letter_tell_the_password_that_is_stored",
            "test_the_form_stores_and_mails_what_was_typed",
            "test_soap_and_the_command_line_store_what_was_sent",
        )
    },
    "header, declaration and bytes name different encodings": {
        "cases/test_soap.py": ("test_the_name_is_stored_as_it_was_meant", "test_an_unknown_charset_is_named")
    },
    "a list as members that repeat": {"cases/test_soap.py": ("test_what_would_be_lost_in_silence_is_refused",)},
    "a NAPTR record with the delimiter or a backslash in its target": {
        "ngnpro_server/platform/test_enum.py": ("test_the_preview_of_the_portal_is_what_dns_has",)
    },
    "a dot at the end of a domain": {
        "cases/test_domains.py": ("test_both_doors_store_the_same_name",),
        "cases/test_soap.py": ("test_an_account_is_found_with_it", "test_a_range_is_stored_without_it"),
    },
    "a header that must be understood": {
        "cases/test_soap.py": (
            "test_a_header_that_must_be_understood_stops_the_call",
            "test_a_header_for_another_actor_does_not",
        )
    },
    "a SOAP 1.2 envelope": {"cases/test_soap.py": ("test_a_soap_1_2_envelope_is_a_version_mismatch",)},
    "compressed calls and attachments": {
        "cases/test_soap.py": (
            "test_a_compressed_call_is_unpacked",
            "test_a_small_body_that_unpacks_to_a_huge_one_is_too_large",
            "test_a_message_with_attachments_has_status_415",
        )
    },
    "byte order mark, UTF-16, chunks": {
        "ngnpro_wire/test_hostile_messages.py": ("test_a_byte_order_mark_is_passed_over",),
        "ngnpro_server/test_wsgi.py": (
            "test_a_body_without_a_length_is_read_to_its_end_and_no_further_than_the_limit",
        ),
    },
    "nil, an empty list, and none": {
        "cases/test_soap.py": (
            "test_an_update_keeps_what_is_absent_or_nil",
            "test_an_update_clears_a_list_that_is_sent_empty",
            "test_only_a_list_that_is_sent_empty_is_erased",
        )
    },
    "multiRef and href": {
        "cases/test_soap.py": ("test_references_are_read_in_their_place", "test_a_wrong_reference_is_named")
    },
    "a misspelt member or filter": {"cases/test_soap.py": ("test_a_misspelt_filter_does_not_return_everybody",)},
    "the address in the WSDL behind a TLS proxy": {
        "ngnpro_server/test_wsgi.py": (
            "test_the_wsdl_names_the_address_it_was_asked_at",
            "test_the_forwarded_protocol_counts_only_where_it_is_trusted",
        )
    },
    "sep=; and semicolon files": {
        "cases/test_contact_files.py": ("test_each_number_is_a_contact",),
        "jobs/test_importing.py": ("test_blank_rows_count_as_lines_and_do_no_harm",),
    },
    "headings of Outlook, Google and phones": {
        "cases/test_contact_files.py": (
            "test_each_number_is_a_contact",
            "test_a_card_of_every_program_is_a_contact",
            "test_a_workbook_is_read_like_a_text",
        )
    },
    "one bad row, and the rows behind it": {
        "cases/test_contact_files.py": (
            "test_an_open_quotation_mark_is_told_by_its_line_and_how_far_it_goes",
            "test_a_bad_card_costs_one_card_and_is_told_by_its_line",
        ),
        "jobs/test_importing.py": ("test_a_quotation_mark_that_is_not_closed_is_named_by_its_line",),
    },
    "# and %23, and usernames that are equal": {
        "cases/test_soap.py": (
            "test_names_that_are_equal_are_one_account",
            "test_an_escape_that_a_username_needs_is_kept",
        ),
        "cases/test_usernames.py": ("test_equal_names_are_one_account",),
    },
    "a username with capital letters": {
        "cases/test_usernames.py": ("test_page_and_mail_say_that_a_name_is_stored_in_small_letters",)
    },
    "what is no ENUM target": {
        "ngnpro_wire/facts/test_enum_targets.py": (
            "test_a_target_is_stored_in_its_normal_form",
            "test_what_is_no_target_of_the_service_is_refused_for_its_reason",
        )
    },
    "ranges that overlap, targets that are equal": {
        "enum/test_findings.py": (
            "test_targets_with_one_priority_and_a_target_that_occurs_twice_are_marked",
            "test_ranges_of_two_customers_that_overlap_are_marked_on_both_pages",
            "test_a_size_below_what_is_used_is_marked",
        ),
    },
    "prefixes of routes and rules": {
        "lcr/test_fields.py": ("test_a_prefix_is_stored_as_00_and_digits", "test_an_invalid_prefix_is_refused"),
        "lcr/test_findings.py": (
            "test_routes_that_are_odd_or_never_used_are_found",
            "test_a_rule_that_can_never_match_is_found",
        ),
    },
    "+49* as a rejected caller": {
        "cases/test_numbers.py": (
            "test_the_beginning_of_a_number_is_no_caller",
            "test_a_whole_number_and_a_whole_domain_are_callers",
        )
    },
    "diversions and aliases in a circle": {
        "accounts/forwarding/test_diversions.py": ("test_a_loop_over_other_accounts_is_found",),
        "ngnpro_server/ports/watch/test_references.py": ("test_diversions_in_circles_of_all_kinds_are_listed",),
    },
    "what stays behind a deleted account": {
        "cases/test_leftovers.py": (
            "test_what_leads_to_an_account_is_listed_before_it_is_deleted",
            "test_nothing_leads_to_an_account_that_was_deleted",
            "test_what_still_leads_to_a_deleted_account_is_told",
        )
    },
    "Origin: null, another Host, one address for everybody": {
        "cases/test_proxies.py": (
            "test_a_hidden_origin_is_told_as_such",
            "test_another_host_names_the_setting",
            "test_a_lockout_behind_an_unknown_proxy_names_the_setting",
            "test_a_scheme_from_a_stranger_is_not_believed",
        )
    },
}


@cache
def names_in(file: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((TESTS / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_held_by_tests(case: str) -> None:
    assert any(CASES[case].values())
    assert {file: sorted(set(names) - names_in(file)) for file, names in CASES[case].items()} == {
        file: [] for file in CASES[case]
    }
