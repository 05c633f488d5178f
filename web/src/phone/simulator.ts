/** The built-in simulator's control API: the customers' phones and the carrier's faults. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { notifySignedOut } from "@/api/client";
import { toApiError, Unreachable } from "@/api/errors";
import { freshness } from "@/api/freshness";
import type { ChannelName } from "@/api/types";
import type { FileKind } from "@/lib/files";

/** The simulator stands beside the product and is described there, not in the product's own API description. */
export type SimulatorState = {
  account_sid: string;
  /** The business's numbers, and its senders on WhatsApp. */
  numbers: Sender[];
  /** The customers. */
  phones: Phone[];
  /** The business's addresses for mail. */
  mailboxes: Mailbox[];
  faults: Faults;
};

export type Channel = Extract<ChannelName, "sms" | "whatsapp">;

/** What a phone can do: texts, WhatsApp, emails. */
export type App = Channel | "email";

export type Sender = {
  /** What to write to: the number, on WhatsApp with the channel before it. */
  address: string;
  number: string;
  name: string;
  channel: Channel;
};

export type Mailbox = { address: string; name: string };

/** An email as the customer sees it. */
export type Mail = {
  id: string;
  /** From the business. */
  received: boolean;
  from: string;
  to: string[];
  subject: string;
  text: string | null;
  /** The names of what is attached. */
  files: string[];
  at: string;
};

/** What a customer writes: to the business, or as an answer to an email. */
export type NewMail = { to?: string; answers?: string; subject?: string; text: string; files?: File[] };

export type QuickReply = { title: string; id?: string | null };

export type Place = { latitude: number; longitude: number; address?: string | null; label?: string | null };

/** What a customer sends: words, a tap on a quick reply, or a place; perhaps as an answer to a message. */
export type NewText = {
  to: string;
  body?: string;
  tap?: QuickReply;
  location?: Place;
  reply_to?: string;
  files?: File[];
};

export type Phone = { number: string; name: string };

export type PhoneMessage = {
  sid: string;
  direction: "to_phone" | "from_phone";
  from: string;
  to: string;
  body: string;
  media: string[];
  at: string;
  status: string;
  error_code: number | string | null;
  channel: Channel;
  /** Until when the business is shown to be writing an answer to it. */
  typing_until?: string;
  /** Quick replies under what the business wrote. */
  buttons?: QuickReply[];
  tap?: QuickReply;
  location?: Place;
  /** The message that it answers. */
  reply_to?: string;
};

export type Span = { min: number; max: number };

/** Rates run from 0 to 1. Everything at rest is a perfect carrier. */
export type Faults = {
  latency_ms: Span;
  throttle_rate: number;
  error_before_rate: number;
  error_after_rate: number;
  drop_answer_rate: number;
  hang_answer_rate: number;
  garbled_answer_rate: number;
  callback_loss_rate: number;
  callback_double_rate: number;
  callback_reorder_rate: number;
  callback_delay_ms: Span;
  list_lag_ms: number;
  never_delivered_rate: number;
  outcome: "delivered" | "undelivered" | "failed";
  error_code: number | null;
  concurrency_max: number;
};

export type OneShot =
  "error_before" | "error_after" | "drop_answer" | "hang_answer" | "garbled_answer" | "throttle";

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`/simulator${path}`, init).catch((cause: unknown) => {
    throw new Unreachable("No answer from the simulator", { cause });
  });
  const text = await response.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  if (response.ok) return body as T;
  if (response.status === 401) notifySignedOut();
  throw toApiError(body, response.status);
}

const send = <T>(method: "POST" | "PUT", path: string, body: unknown): Promise<T> =>
  request(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const addFile = (file: File): Promise<{ url: string }> =>
  request("/files", { method: "POST", headers: { "Content-Type": file.type }, body: file });

/** Where this browser sees a file of the phone; none for one that the carrier has not fetched. */
export function phoneFile(url: string): { src: string; kind: FileKind } | undefined {
  const name = /\/files\/([0-9a-f]+\.(\w+))$/.exec(url);
  if (!name?.[1] || !name[2]) return undefined;
  return { src: `/simulator/files/${name[1]}`, kind: kinds[name[2]] ?? "file" };
}

const kinds: Record<string, FileKind> = {
  ...Object.fromEntries(["jpg", "jpeg", "png", "gif", "webp"].map((end) => [end, "image"])),
  ...Object.fromEntries(["mp4", "3gp", "webm"].map((end) => [end, "video"])),
  ...Object.fromEntries(["mp3", "ogg", "amr", "m4a", "wav"].map((end) => [end, "audio"])),
};

export const simulatorKeys = {
  state: ["simulator"] as const,
  mails: (address: string) => ["phone", "mail", address] as const,
  phone: (number: string) => ["phone", number] as const,
};

export const simulatorQuery = queryOptions({
  queryKey: simulatorKeys.state,
  queryFn: () => request<SimulatorState>("/state"),
  staleTime: freshness.settings,
});

export const phoneQuery = (number: string) =>
  queryOptions({
    queryKey: simulatorKeys.phone(number),
    queryFn: async () =>
      (await request<{ items: PhoneMessage[] }>(`/phones/${encodeURIComponent(number)}/messages`)).items,
    staleTime: freshness.live,
  });

export function useSendText(from: string) {
  return useMutation({
    mutationFn: async ({ files, ...text }: NewText) => {
      const media = [];
      for (const file of files ?? []) media.push((await addFile(file)).url);
      return send<PhoneMessage>("POST", `/phones/${encodeURIComponent(from)}/texts`, { ...text, media });
    },
  });
}

/** The stream tells of texts alone: a mailbox is looked into now and then, as mail programs do. */
const mailEveryMs = 1500;

export const mailsQuery = (address: string) =>
  queryOptions({
    queryKey: simulatorKeys.mails(address),
    queryFn: async () => (await request<{ items: Mail[] }>(`/mail/${encodeURIComponent(address)}`)).items,
    staleTime: freshness.glance,
    refetchInterval: mailEveryMs,
  });

export function useSendMail(from: string, address: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ files = [], ...mail }: NewMail) =>
      send<Mail>("POST", "/mail", { from, ...mail, files: await Promise.all(files.map(asMailFile)) }),
    onSuccess: () => client.invalidateQueries({ queryKey: simulatorKeys.mails(address) }),
  });
}

async function asMailFile(file: File): Promise<object> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const content_type = file.type || "application/octet-stream";
  return { filename: file.name, content_type, content: btoa(binary) };
}

/** The customer looks at what the business wrote by WhatsApp, which tells the business so. */
export const markRead = (phone: string, sender: string): Promise<unknown> =>
  send("POST", `/phones/${encodeURIComponent(phone)}/read`, { from: sender });

export function useAddPhone() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (phone: { name: string }) => send<Phone>("POST", "/phones", phone),
    onSuccess: () => client.invalidateQueries({ queryKey: simulatorKeys.state }),
  });
}

export function useSetFaults() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (faults: Faults) => send<Faults>("PUT", "/faults", faults),
    onMutate: (faults) => {
      client.setQueryData<SimulatorState>(simulatorKeys.state, (state) => state && { ...state, faults });
    },
    onError: () => client.invalidateQueries({ queryKey: simulatorKeys.state }),
  });
}

export function useNextFault() {
  return useMutation({
    mutationFn: (fault: OneShot) => send<unknown>("POST", "/faults/next", { faults: [fault] }),
  });
}
