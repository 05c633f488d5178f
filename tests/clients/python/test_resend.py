"""Resend's official client works with the simulator, and Svix's believes what the simulator tells a business."""

import json
import unittest

import resend
from svix.webhooks import Webhook, WebhookVerificationError

from receiver import EventReceiver
from simulator import Simulator

CUSTOMER = "ana@customer.example"


class ResendTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = EventReceiver()
        cls.addClassCleanup(cls.receiver.stop)
        cls.simulator = Simulator(resend_webhook=cls.receiver.url)
        cls.addClassCleanup(cls.simulator.stop)
        resend.api_key = cls.simulator.resend["api_key"]
        resend.api_url = cls.simulator.address
        cls.webhook = Webhook(cls.simulator.resend["webhook_secret"])

    def mail(self, **fields):
        sender = f"Harbor Street <{self.simulator.resend['address']}>"
        return {"from": sender, "to": [CUSTOMER], "subject": "Your visit", "text": "See you ☕", **fields}

    def arrival(self, email_id, kind):
        return self.receiver.arrival(lambda said: (said["data"]["email_id"], said["type"]) == (email_id, kind))

    def test_an_email_is_sent_told_of_and_fetched(self):
        sent = resend.Emails.send(self.mail())
        body, headers = self.arrival(sent["id"], "email.delivered")
        self.webhook.verify(body, headers)
        self.assertEqual(json.loads(body)["data"]["to"], [CUSTOMER])
        found = resend.Emails.get(sent["id"])
        self.assertEqual((found["last_event"], found["text"]), ("delivered", "See you ☕"))

    def test_a_repeated_request_with_its_key_is_one_email(self):
        options = {"idempotency_key": "visit/8"}
        first = resend.Emails.send(self.mail(), options)
        self.assertEqual(resend.Emails.send(self.mail(), options)["id"], first["id"])
        with self.assertRaises(resend.exceptions.ResendError) as refused:
            resend.Emails.send(self.mail(text="Or not."), options)
        self.assertEqual(int(refused.exception.code), 409)

    def test_what_comes_in_is_signed_and_can_be_fetched(self):
        mail = {"from": CUSTOMER, "to": self.simulator.resend["address"], "subject": "Hola", "text": "¿Abierto?"}
        email_id = self.simulator.control("POST", "/mail", mail)["id"]
        body, headers = self.arrival(email_id, "email.received")
        self.webhook.verify(body, headers)
        with self.assertRaises(WebhookVerificationError):
            self.webhook.verify(body.replace("Hola", "Hole"), headers)
        self.assertEqual(resend.Emails.Receiving.get(email_id)["text"], "¿Abierto?")
        listed = resend.Emails.Receiving.list()["data"]
        self.assertIn(email_id, [item["id"] for item in listed])


if __name__ == "__main__":
    unittest.main()
