/**
 * Phone numbers for reading. The server keeps and checks E.164; this only groups the digits so that a person
 * can read them aloud. It knows how long country codes are and how North American numbers are written; other
 * numbers are grouped evenly, which is readable everywhere and wrong nowhere.
 */

/** ITU-T E.164 country codes of two digits; 1 and 7 have one digit, all others three. */
const twoDigitCodes = new Set(
  (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 " +
    "81 82 84 86 90 91 92 93 94 95 98"
  ).split(" "),
);

const northAmerica = new Set(["US", "CA"]);

function countryCode(digits: string): string {
  if (digits.startsWith("1") || digits.startsWith("7")) return digits.slice(0, 1);
  const two = digits.slice(0, 2);
  return twoDigitCodes.has(two) ? two : digits.slice(0, 3);
}

/** Threes from the left; a last single digit joins the group before it. */
function grouped(digits: string): string {
  return digits.replace(/(\d{3})(?=\d{2,})/g, "$1 ");
}

/** `homeCountry` is the reader's: its own numbers are shown the national way. */
export function formatPhone(number: string, homeCountry = ""): string {
  if (!/^\+\d{7,15}$/.test(number)) return number;
  const digits = number.slice(1);
  const code = countryCode(digits);
  const rest = digits.slice(code.length);
  if (code === "1" && rest.length === 10) {
    const national = `(${rest.slice(0, 3)}) ${rest.slice(3, 6)}-${rest.slice(6)}`;
    return northAmerica.has(homeCountry) ? national : `+1 ${national}`;
  }
  return `+${code} ${grouped(rest)}`;
}
