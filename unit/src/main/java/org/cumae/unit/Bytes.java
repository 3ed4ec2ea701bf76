package org.cumae.unit;

import org.cumae.Check;

import java.nio.charset.StandardCharsets;

/// The smallest unit for every text: the ids are the bytes of its UTF-8.
public final class Bytes implements Tokenizer {
    /// There is only one.
    public static final Bytes BYTES = new Bytes();

    private static final int SIZE = 256;

    private Bytes() {}

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public int[] encode(String text, Encoding how) {
        byte[] bytes = WellFormed.of(text).getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xFF;
        }
        return ids;
    }

    @Override
    public Detokenizer detokenizer(Decoding how) {
        return new Detokenizer(this::display, Joinings.BYTE_LETTERS, how);
    }

    @Override
    public byte[] bytes(int id) {
        return new byte[] {(byte) checked(id)};
    }

    @Override
    public String display(int id) {
        return String.valueOf(ByteLetters.letter(checked(id)));
    }

    private static int checked(int id) {
        Check.argument(id >= 0 && id < SIZE, "id is %d; bytes have ids from 0 to 255", id);
        return id;
    }

    @Override
    public SpecialTokens special() {
        return SpecialTokens.NONE;
    }

    @Override
    public Promise promise() {
        return Promise.EVERY_TEXT;
    }

    @Override
    public TokenizerFile file() {
        return TokenizerJsonWriter.bytes();
    }
}
