package org.cumae.unit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// GPT-2's way to write bytes as letters, so that a vocabulary of bytes is a vocabulary of visible
/// text: a printable byte is its Latin-1 letter, every other byte the next free letter from U+0100
/// on.
final class ByteLetters {
    private static final char[] LETTERS = new char[256];
    private static final short[] BYTES = new short[0x200];

    static {
        Arrays.fill(BYTES, (short) -1);
        char free = 0x100;
        for (int octet = 0; octet < 256; octet++) {
            boolean visible =
                    octet >= '!' && octet <= '~' || octet >= 0xA1 && octet <= 0xAC || octet >= 0xAE;
            char letter = visible ? (char) octet : free++;
            LETTERS[octet] = letter;
            BYTES[letter] = (short) octet;
        }
    }

    private ByteLetters() {}

    static char letter(int octet) {
        return LETTERS[octet & 0xFF];
    }

    /// The UTF-8 of a text, in letters.
    static String of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        char[] letters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            letters[i] = letter(bytes[i]);
        }
        return new String(letters);
    }

    /// The bytes that letters stand for; a text that is not all such letters stands for its own
    /// UTF-8.
    static byte[] bytes(String letters) {
        byte[] bytes = new byte[letters.length()];
        for (int i = 0; i < bytes.length; i++) {
            char letter = letters.charAt(i);
            int octet = letter < BYTES.length ? BYTES[letter] : -1;
            if (octet < 0) {
                return letters.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) octet;
        }
        return bytes;
    }
}
