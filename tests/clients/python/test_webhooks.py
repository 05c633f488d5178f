"""What the simulator sends to a business passes the validator of Twilio's Python library."""

import unittest

from simulator import EMPTY_TWIML, Receiver, Simulator
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse


class WebhooksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.stop)
        # A query is part of what is signed.
        cls.simulator = Simulator(webhook=cls.receiver.url("/inbound?line=main&note=a%20b"))
        cls.addClassCleanup(cls.simulator.stop)
        cls.validator = RequestValidator(cls.simulator.auth_token)

    def test_an_inbound_text_arrives_signed(self):
        customer = self.simulator.new_phone()
        body = "¿Está abierto? 50 % & más +1 😀"
        sent = self.simulator.text(customer, body)
        url, signature, params = self.receiver.arrival(MessageSid=sent["sid"])
        self.assertTrue(self.validator.validate(url, params, signature))
        self.assertEqual((params["Body"], params["From"]), (body, customer))

    def test_a_signature_does_not_fit_another_body_or_another_token(self):
        sent = self.simulator.text(self.simulator.new_phone(), "Hello")
        url, signature, params = self.receiver.arrival(MessageSid=sent["sid"])
        self.assertFalse(self.validator.validate(url, params | {"Body": "Hullo"}, signature))
        self.assertFalse(RequestValidator("0" * 32).validate(url, params, signature))

    def test_status_callbacks_come_signed(self):
        message = self.simulator.client().messages.create(
            from_=self.simulator.number,
            to=self.simulator.new_phone(),
            body="Hello",
            status_callback=self.receiver.url("/status?m=1&t=a%2Bb"),
        )
        for status in ("sent", "delivered"):
            url, signature, params = self.receiver.arrival(MessageSid=message.sid, MessageStatus=status)
            self.assertTrue(self.validator.validate(url, params, signature), status)

    def test_a_reply_in_twiml_reaches_the_customer(self):
        reply = MessagingResponse()
        reply.message("Thanks, & see you <soon>", status_callback=self.receiver.url("/reply"))
        self.receiver.twiml = str(reply)
        self.addCleanup(setattr, self.receiver, "twiml", EMPTY_TWIML)
        customer = self.simulator.new_phone()
        self.simulator.text(customer, "Hello")
        _, _, params = self.receiver.arrival(To=customer, MessageStatus="delivered")
        found = self.simulator.client().messages(params["MessageSid"]).fetch()
        self.assertEqual(found.body, "Thanks, & see you <soon>")
        self.assertEqual(found.direction, "outbound-reply")


if __name__ == "__main__":
    unittest.main()
