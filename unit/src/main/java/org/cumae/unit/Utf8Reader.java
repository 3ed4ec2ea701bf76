package org.cumae.unit;

/// Reads UTF-8 byte by byte, as bytes come; what is no UTF-8 becomes U+FFFD.
///
/// A cut-off character counts once, every other wrong byte for itself, as the Unicode standard
/// recommends ("maximal subparts") and browsers do.
///
/// @see <a href="https://encoding.spec.whatwg.org/#utf-8-decoder">WHATWG, UTF-8 decoder</a>
final class Utf8Reader {
    static final char REPLACEMENT = '\uFFFD';

    /// What a broken character costs.
    enum Repair {
        /// One replacement for the bytes that could still have become a character.
        ONE_PER_CHARACTER,
        /// One replacement for each byte.
        ONE_PER_BYTE
    }

    private final Repair repair;
    private int seen;
    private int missing;
    private int codePoint;
    private int lowest = 0x80;
    private int highest = 0xBF;

    Utf8Reader(Repair repair) {
        this.repair = repair;
    }

    /// Reads one byte and writes the characters that are now certain.
    void read(int octet, StringBuilder out) {
        int next = octet & 0xFF;
        if (missing > 0) {
            if (next >= lowest && next <= highest) {
                goOn(next, out);
                return;
            }
            giveUp(out);
        }
        begin(next, out);
    }

    /// Says that no byte comes any more.
    void end(StringBuilder out) {
        if (missing > 0) {
            giveUp(out);
        }
    }

    private void begin(int lead, StringBuilder out) {
        if (lead < 0x80) {
            out.append((char) lead);
        } else if (lead >= 0xC2 && lead <= 0xDF) {
            expect(1, lead & 0x1F);
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            expect(2, lead & 0x0F);
            lowest = lead == 0xE0 ? 0xA0 : 0x80; // shorter forms exist
            highest = lead == 0xED ? 0x9F : 0xBF; // surrogates are no characters
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            expect(3, lead & 0x07);
            lowest = lead == 0xF0 ? 0x90 : 0x80; // shorter forms exist
            highest = lead == 0xF4 ? 0x8F : 0xBF; // Unicode ends at U+10FFFF
        } else {
            out.append(REPLACEMENT);
        }
    }

    private void expect(int bytes, int bits) {
        seen = 1;
        missing = bytes;
        codePoint = bits;
    }

    private void goOn(int next, StringBuilder out) {
        codePoint = codePoint << 6 | next & 0x3F;
        lowest = 0x80;
        highest = 0xBF;
        seen++;
        if (--missing == 0) {
            out.appendCodePoint(codePoint);
        }
    }

    private void giveUp(StringBuilder out) {
        out.repeat(REPLACEMENT, repair == Repair.ONE_PER_BYTE ? seen : 1);
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
    }
}
