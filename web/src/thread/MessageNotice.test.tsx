import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import type { Message } from "@/api/types";
import { answerRequests, aUser, renderSignedIn } from "@/test/render";
import { aMessage } from "@/test/samples";

import { MessageNotice } from "./MessageNotice";

const error = { code: "30005", text: "The number does not exist.", help: "Check it with the customer." };
const outbound = (over: Partial<Message>): Message => aMessage({ direction: "outbound", ...over });

test("a failed message says why, what to do, and can be sent again", async () => {
  const { requests } = answerRequests(201, outbound({ id: "m2", state: "queued" }));
  renderSignedIn(<MessageNotice message={outbound({ state: "failed", error })} />);
  expect(screen.getByText("The number does not exist.")).toBeDefined();
  expect(screen.getByText("Check it with the customer.")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Send again" }));
  expect(await screen.findByRole("button", { name: "Sent again below" })).toHaveProperty("disabled", true);
  expect(requests().map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    "POST /api/messages/m1/retry",
  ]);
});

test("a message that meets trouble on its way says so and can be called off", () => {
  const resting = { ...error, text: "The line is resting." };
  renderSignedIn(<MessageNotice message={outbound({ state: "queued", error: resting })} />);
  expect(screen.getByText("The line is resting.")).toBeDefined();
  expect(screen.getByRole("button", { name: "Do not send" })).toBeDefined();
});

test("what somebody has dealt with is told, and not offered to be sent once more", () => {
  renderSignedIn(
    <MessageNotice message={outbound({ state: "failed", error, dismissed_at: "2025-11-20T09:00:00Z" })} />,
  );
  expect(screen.getByText("Somebody has dealt with it.")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});

test("an unknown message is explained and offers nothing that could send it twice", () => {
  renderSignedIn(<MessageNotice message={outbound({ state: "unknown", error })} />);
  expect(screen.getByText(/Checking with the carrier/)).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});

test("a message that waits for its next try says why", () => {
  renderSignedIn(<MessageNotice message={outbound({ state: "queued", error })} />);
  expect(screen.getByText("Check it with the customer.")).toBeDefined();
});

test("a message that may have arrived twice says so", () => {
  renderSignedIn(<MessageNotice message={outbound({ state: "delivered", possibly_doubled: true })} />);
  expect(screen.getByText(/earlier attempt may have arrived/)).toBeDefined();
});

test("a viewer sees the reason but no action", () => {
  renderSignedIn(<MessageNotice message={outbound({ state: "failed", error })} />, {
    ...aUser,
    role: "viewer",
  });
  expect(screen.getByText("The number does not exist.")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});

test("a message on its way needs no words", () => {
  renderSignedIn(<MessageNotice message={outbound({ state: "delivered" })} />);
  expect(document.body.textContent).toBe("");
});
