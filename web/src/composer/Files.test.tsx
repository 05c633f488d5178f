import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Line, Way } from "@/api/types";
import { Attachments } from "@/composer/attachments";
import { linesQuery } from "@/settings/lines";
import { aLine, answerByPath, renderSignedIn } from "@/test/render";
import { aConversation, aFile, aMessage } from "@/test/samples";

import { Composer } from "./Composer";

const pictures = {
  count_max: 2,
  total_max_bytes: 2048,
  types: [{ starts_with: "image/", max_bytes: 1024 }],
};
const texts: Line = { ...aLine, media: pictures };
const other: Line = {
  ...aLine,
  id: "l2",
  name: "Front desk",
  channel: "whatsapp",
  media: { ...pictures, types: [{ starts_with: "audio/", max_bytes: 1024 }] },
};
const way = (line: Line): Way => ({ line, is_default: line.id === "l1", reaches: true, by_template: false });

async function draw(lines: Line[]) {
  const { to } = answerByPath({
    "GET /api/conversations/v1/ways": { items: lines.map(way) },
    "POST /api/messages": aMessage({ id: "m2", direction: "outbound", state: "queued", channel: "mms" }),
  });
  const upload = vi.fn(() => Promise.resolve(aFile({ bytes: 10 })));
  const { client, live } = renderSignedIn(
    <Composer conversation={aConversation()} lastMessage={undefined} onSent={() => undefined} />,
  );
  let keys = 0;
  // The browser's own ways of bringing and drawing files are not in this environment.
  live.attachments = new Attachments({
    upload,
    newKey: () => `f${(keys += 1)}`,
    preview: () => "blob:cat",
    release: () => undefined,
    reasonOf: () => undefined,
  });
  act(() => void client.setQueryData(linesQuery.queryKey, lines));
  await screen.findByRole("button", { name: /^Send SMS from Support/ });
  return { upload, live, to };
}

const attach = (type: string, bytes: number): Promise<void> =>
  userEvent.upload(screen.getByLabelText("Files to attach"), new File(["x".repeat(bytes)], "cat", { type }));

test("a text with a picture is an MMS, and needs no words", async () => {
  const { upload, to, live } = await draw([texts]);
  await attach("image/png", 10);
  const send = await screen.findByRole("button", { name: "Send MMS from Support" });
  await waitFor(() => expect(send).toHaveProperty("disabled", false));
  await userEvent.click(send);
  expect(upload).toHaveBeenCalledOnce();
  await waitFor(() => expect(to("POST /api/messages")).toHaveLength(1));
  expect(await to("POST /api/messages")[0]?.json()).toEqual({
    conversation_id: "v1",
    body: "",
    line_id: "l1",
    media: ["f-1"],
  });
  expect(live.attachments.of("v1")).toEqual([]);
});

test("what the line does not take stays here, with the reason and another line that takes it", async () => {
  const { upload } = await draw([texts, other]);
  await attach("audio/ogg", 10);
  expect(await screen.findByText(/^Support \(SMS\) does not take files like cat/)).toBeDefined();
  expect(upload).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Use WhatsApp from Front desk" }));
  await waitFor(() => expect(upload).toHaveBeenCalledOnce());
});

test("a line without files says so", async () => {
  const { upload } = await draw([aLine]);
  await attach("image/png", 10);
  expect(await screen.findByText(/^Support \(SMS\) cannot send files/)).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Remove cat" }));
  expect(screen.queryByText(/cannot send files/)).toBeNull();
  expect(upload).not.toHaveBeenCalled();
});
