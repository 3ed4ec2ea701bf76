package org.cumae.decode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The text of a line of tokens, settled as far as no stop string can still begin in it.
///
/// Each stop string is followed by the automaton of Knuth, Morris and Pratt over bytes: how many of
/// its first bytes the text ends with. The longest such beginning is held back, and so is a
/// character of which bytes are missing. The cost is that of reading the bytes once for each stop
/// string, whatever repeats in them.
final class StopText {
    private final Text text;
    private final List<String> names;
    private final byte[][] stops; // [stop][byte]
    private final int[][] borders; // [stop][matched], how many remain matched after a mismatch
    private final int[] matched; // [stop]
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final StringBuilder settled = new StringBuilder();
    private boolean ended;
    private byte[] broken = {}; // settled bytes of a character that is not complete

    StopText(Text text, List<String> names) {
        this.text = text;
        this.names = names;
        this.stops =
                names.stream()
                        .map(name -> name.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
        this.borders = Arrays.stream(stops).map(StopText::borders).toArray(int[][]::new);
        this.matched = new int[stops.length];
    }

    /// Reads one more token.
    ///
    /// @param heed whether a stop string that ends here counts
    /// @return the stop string that came up, the first one to end; then nothing is held back
    Optional<String> read(int token, boolean heed) {
        for (byte b : text.bytes(token)) {
            held.write(b);
            Optional<String> stop = advance(b, heed);
            if (stop.isPresent()) {
                return stop;
            }
        }
        settle(held.size() - longest());
        return Optional.empty();
    }

    /// What is settled, from a character on.
    String settledFrom(int character) {
        return settled.substring(character);
    }

    /// Settles what is held back: no more tokens will come.
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        settle(held.size());
        CharBuffer out = CharBuffer.allocate(broken.length + 2);
        decoder.decode(ByteBuffer.wrap(broken), out, true);
        decoder.flush(out);
        broken = new byte[0];
        settled.append(out.flip());
    }

    private Optional<String> advance(byte b, boolean heed) {
        int hit = -1;
        for (int i = 0; i < stops.length; i++) {
            int state = matched[i];
            while (state > 0 && stops[i][state] != b) {
                state = borders[i][state];
            }
            state += stops[i][state] == b ? 1 : 0;
            boolean whole = state == stops[i].length;
            if (whole && heed && (hit < 0 || stops[i].length > stops[hit].length)) {
                hit = i;
            }
            matched[i] = whole ? borders[i][state] : state;
        }
        if (hit < 0) {
            return Optional.empty();
        }
        int keep = held.size() - stops[hit].length;
        settle(keep);
        held.reset();
        Arrays.fill(matched, 0);
        return Optional.of(names.get(hit));
    }

    private int longest() {
        return Arrays.stream(matched).max().orElse(0);
    }

    private void settle(int count) {
        if (count <= 0) {
            return;
        }
        byte[] bytes = held.toByteArray();
        held.reset();
        held.write(bytes, count, bytes.length - count);
        byte[] joined = Arrays.copyOf(broken, broken.length + count);
        System.arraycopy(bytes, 0, joined, broken.length, count);
        ByteBuffer in = ByteBuffer.wrap(joined);
        CharBuffer out = CharBuffer.allocate(joined.length + 1);
        decoder.decode(in, out, false);
        broken = Arrays.copyOfRange(joined, in.position(), joined.length);
        settled.append(out.flip());
    }

    /// Of each number of matched bytes, the length of the longest proper end that is a beginning.
    private static int[] borders(byte[] stop) {
        int[] borders = new int[stop.length + 1];
        for (int i = 1, border = 0; i < stop.length; i++) {
            while (border > 0 && stop[i] != stop[border]) {
                border = borders[border];
            }
            border += stop[i] == stop[border] ? 1 : 0;
            borders[i + 1] = border;
        }
        return borders;
    }
}
