"""Telnyx's official client works with the simulator, and believes what it sends to a business."""

import unittest

import telnyx

from receiver import EventReceiver
from simulator import Simulator


class TelnyxTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = EventReceiver()
        cls.simulator = Simulator(telnyx_webhook=cls.receiver.url)
        cls.client = telnyx.Telnyx(
            api_key=cls.simulator.telnyx["api_key"],
            public_key=cls.simulator.telnyx["public_key"],
            base_url=f"{cls.simulator.address}/v2",
            max_retries=0,
        )

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.simulator.stop()
        cls.receiver.stop()

    def arrival(self, message_id, kind):
        def fits(said):
            return (said["data"]["payload"]["id"], said["data"]["event_type"]) == (message_id, kind)

        return self.receiver.arrival(fits)

    def send(self, **fields):
        message = {"from_": self.simulator.telnyx["number"], "text": "Olá 😀", **fields}
        message.setdefault("to", self.simulator.new_phone())
        return self.client.messages.send(**message).data

    def test_a_message_is_sent_told_of_and_retrieved(self):
        message = self.send()
        self.assertEqual(message.to[0].status, "queued")
        for kind, status in [("message.sent", "sent"), ("message.finalized", "delivered")]:
            body, headers = self.arrival(message.id, kind)
            event = self.client.webhooks.unwrap(body, headers=headers)
            self.assertEqual(event.data.payload.to[0].status, status)
        retrieved = self.client.messages.retrieve(message.id).data
        self.assertEqual((retrieved.text, retrieved.to[0].status), ("Olá 😀", "delivered"))

    def test_what_comes_in_is_genuine_and_a_changed_byte_is_noticed(self):
        customer = self.simulator.new_phone()
        sid = self.simulator.text(customer, "a | b 👋", to=self.simulator.telnyx["number"])["sid"]
        body, headers = self.arrival(sid, "message.received")
        event = self.client.webhooks.unwrap(body, headers=headers)
        self.assertEqual(event.data.payload.text, "a | b 👋")
        with self.assertRaises(Exception):
            self.client.webhooks.unwrap(body.replace("a |", "b |"), headers=headers)

    def test_a_block_is_an_error_with_telnyxs_code(self):
        stopped = self.simulator.new_phone()
        self.simulator.text(stopped, "STOP", to=self.simulator.telnyx["number"])
        with self.assertRaises(telnyx.APIStatusError) as refused:
            self.send(to=stopped)
        self.assertEqual(refused.exception.body["errors"][0]["code"], "40300")


if __name__ == "__main__":
    unittest.main()
