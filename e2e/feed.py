"""A clinician's calendar as python-caldav sees it. Where it is and the app password come by standard input."""

import datetime
import json
import sys

import caldav
from caldav.lib.error import AuthorizationError, DAVError, NotFoundError

key = json.load(sys.stdin)


def refused(do):
    try:
        do()
    except DAVError as why:
        return why
    raise SystemExit("this was not refused")


def event(summary, hour):
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:swim\r\nDTSTAMP:20261101T000000Z\r\n"
        f"DTSTART:20280302T{hour:02}0000Z\r\nDTEND:20280302T{hour + 1:02}0000Z\r\nSUMMARY:{summary}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def at(day):
    return datetime.datetime(2028, 3, day, tzinfo=datetime.timezone.utc)


# Who is asked for is found from the address of the server alone.
client = caldav.DAVClient(url=key["server"], username=key["user"], password=key["password"])
principal = client.principal()
[calendar] = principal.calendars()
assert calendar.get_supported_components() == ["VEVENT"]
events = calendar.events()
assert len(events) > 5, len(events)
assert all("SUMMARY:Appointment" in e.data for e in events)

# A busy block: made, found, changed, found by its time, deleted.
made = calendar.save_event(event("Swimming", 9))
assert "Swimming" in calendar.event_by_uid("swim").data
assert [e.url for e in calendar.date_search(at(2), at(3), expand=False)] == [made.url]
assert calendar.date_search(at(3), at(4), expand=False) == []
made.data = event("Swimming, later", 11)
made.save()
assert "later" in calendar.event_by_url(made.url).data
assert len(calendar.events()) == len(events) + 1
assert isinstance(refused(lambda: calendar.save_todo("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VTODO\r\nUID:todo\r\nDTSTAMP:20261101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")), DAVError)
made.delete()
assert isinstance(refused(lambda: calendar.event_by_uid("swim")), NotFoundError)

# Appointments are read, and never written.
appointment = calendar.events()[0]
kept = appointment.data
assert isinstance(refused(appointment.delete), AuthorizationError)
appointment.data = kept.replace("Appointment", "Something else")
assert isinstance(refused(appointment.save), AuthorizationError)
assert "Something else" not in calendar.event_by_url(appointment.url).data

# There is one calendar, and nobody else's, and no way in without the app password.
refused(lambda: principal.make_calendar(name="another"))
refused(lambda: caldav.Calendar(client=client, url=key["server"] + "somebody/calendars/own/").events())
wrong = caldav.DAVClient(url=key["server"], username=key["user"], password="a" * 32)
assert isinstance(refused(wrong.principal), AuthorizationError)
print("all of it works")
