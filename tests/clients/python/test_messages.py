"""Twilio's Python client creates, reads, changes and deletes messages at the simulator."""

import unittest
from datetime import datetime, timedelta, timezone

from simulator import Receiver, Simulator
from twilio.base.exceptions import TwilioRestException


class MessagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.stop)
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.stop)
        cls.client = cls.simulator.client()

    def create(self, to, body="Your table is ready", **fields):
        return self.client.messages.create(from_=self.simulator.number, to=to, body=body, **fields)

    def delivered(self, to, body):
        message = self.create(to, body, status_callback=self.receiver.url("/status"))
        self.receiver.arrival(MessageSid=message.sid, MessageStatus="delivered")
        return message

    def scheduled(self, **fields):
        wanted = {
            "messaging_service_sid": self.simulator.messaging_service_sid,
            "to": self.simulator.new_phone(),
            "body": "See you tomorrow",
            "schedule_type": "fixed",
            "send_at": datetime.now(timezone.utc) + timedelta(hours=1),
        }
        return self.client.messages.create(**{**wanted, **fields})

    def assert_refused(self, status, code, attempt):
        with self.assertRaises(TwilioRestException) as caught:
            attempt()
        self.assertEqual((caught.exception.status, caught.exception.code), (status, code))

    def test_a_created_message_is_queued_and_then_delivered(self):
        message = self.delivered(self.simulator.new_phone(), "Your table is ready")
        self.assertEqual(message.status, "queued")
        found = self.client.messages(message.sid).fetch()
        self.assertEqual(found.status, "delivered")
        self.assertEqual(found.body, "Your table is ready")
        self.assertEqual(found.direction, "outbound-api")
        self.assertIsNone(found.error_code)
        self.assertGreaterEqual(found.date_sent, found.date_created)

    def test_a_list_holds_what_was_sent_to_one_number_newest_first(self):
        to = self.simulator.new_phone()
        for body in ("one", "two", "three"):
            self.create(to, body)
        self.create(self.simulator.new_phone("Ben"), "for somebody else")
        self.assertEqual([found.body for found in self.client.messages.list(to=to)], ["three", "two", "one"])

    def test_pages_together_hold_every_message_once(self):
        to = self.simulator.new_phone()
        for body in "12345":
            self.create(to, body)
        streamed = self.client.messages.stream(to=to, page_size=2)
        self.assertEqual("".join(found.body for found in streamed), "54321")

    def test_a_list_can_be_narrowed_to_days(self):
        to = self.simulator.new_phone()
        sid = self.delivered(to, "today").sid
        sent = self.client.messages(sid).fetch().date_sent
        day = timedelta(days=1)
        self.assertEqual(len(self.client.messages.list(to=to, date_sent=sent)), 1)
        self.assertEqual(len(self.client.messages.list(to=to, date_sent_after=sent + day)), 0)
        self.assertEqual(len(self.client.messages.list(to=to, date_sent_before=sent - day)), 0)

    def test_a_redacted_message_keeps_everything_but_its_text(self):
        message = self.delivered(self.simulator.new_phone(), "secret")
        self.assertEqual(message.update(body="").body, "")
        self.assertEqual(message.fetch().status, "delivered")

    def test_a_scheduled_message_can_be_canceled(self):
        message = self.scheduled()
        self.assertEqual(message.status, "scheduled")
        self.assertEqual(message.update(status="canceled").status, "canceled")

    def test_a_scheduled_message_is_listed_with_the_number_it_will_leave_from(self):
        message = self.scheduled(from_=self.simulator.number)
        listed = self.client.messages.list(to=message.to)
        self.assertEqual([(found.sid, found.status) for found in listed], [(message.sid, "scheduled")])
        self.assertEqual(listed[0].from_, self.simulator.number)

    def test_a_time_that_cannot_be_is_refused(self):
        for ahead in (timedelta(minutes=4), timedelta(days=36)):
            at = datetime.now(timezone.utc) + ahead
            self.assert_refused(400, 35117, lambda at=at: self.scheduled(send_at=at))

    def test_a_cancel_whose_answer_is_lost_has_canceled_the_message_all_the_same(self):
        message = self.scheduled()
        self.simulator.control("POST", "/faults/next", {"cancel_faults": ["error_after"]})
        self.assert_refused(500, 20500, lambda: message.update(status="canceled"))
        self.assertEqual(message.fetch().status, "canceled")
        self.assert_refused(409, 30409, lambda: message.update(status="canceled"))

    def test_a_deleted_message_is_gone(self):
        message = self.delivered(self.simulator.new_phone(), "delete me")
        self.assertTrue(message.delete())
        self.assert_refused(404, 20404, message.fetch)

    def test_a_message_on_its_way_cannot_be_deleted(self):
        message = self.scheduled()
        with self.assertRaises(TwilioRestException) as caught:
            message.delete()
        self.assertEqual(caught.exception.code, 20009)

    def test_a_wrong_token_is_refused(self):
        stranger = self.simulator.client(auth_token="0" * 32)
        self.assert_refused(401, 20003, stranger.messages("SM" + "0" * 32).fetch)

    def test_an_invalid_recipient_is_refused(self):
        self.assert_refused(400, 21211, lambda: self.create("+15005550001"))

    def test_a_text_that_is_too_long_is_refused(self):
        self.assert_refused(400, 21617, lambda: self.create(self.simulator.new_phone(), "a" * 1601))

    def test_who_texted_stop_is_blocked(self):
        customer = self.simulator.new_phone()
        self.simulator.text(customer, "STOP")
        self.assert_refused(400, 21610, lambda: self.create(customer))


if __name__ == "__main__":
    unittest.main()
