package org.cumae.unit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/// The ways in which pieces become text, named as `tokenizer.json` names its decoders.
final class Joinings {
    private Joinings() {}

    /// Pieces spell bytes in letters ("ByteLevel").
    static final Joining BYTE_LETTERS =
            (how, next) ->
                    new Joint() {
                        private final Utf8Reader reader =
                                new Utf8Reader(Utf8Reader.Repair.ONE_PER_CHARACTER);
                        private final StringBuilder text = new StringBuilder();

                        @Override
                        public void piece(String piece) {
                            for (byte octet : ByteLetters.bytes(piece)) {
                                reader.read(octet, text);
                            }
                            pass(text, next);
                        }

                        @Override
                        public void end() {
                            reader.end(text);
                            pass(text, next);
                            next.end();
                        }
                    };

    /// Runs of pieces such as `<0xE2>` are bytes ("ByteFallback"). A run is text if all of it is
    /// UTF-8; else every byte of it is lost, so a run is held back until it ends.
    static final Joining BYTE_RUNS =
            (how, next) ->
                    new Joint() {
                        private final ByteArrayOutputStream run = new ByteArrayOutputStream();

                        @Override
                        public void piece(String piece) {
                            int octet = BytePieces.octet(piece);
                            if (octet >= 0) {
                                run.write(octet);
                                return;
                            }
                            passRun();
                            next.piece(piece);
                        }

                        @Override
                        public void end() {
                            passRun();
                            next.end();
                        }

                        private void passRun() {
                            if (run.size() > 0) {
                                String text = run.toString(StandardCharsets.UTF_8);
                                boolean valid =
                                        Arrays.equals(
                                                text.getBytes(StandardCharsets.UTF_8),
                                                run.toByteArray());
                                next.piece(valid ? text : "\uFFFD".repeat(run.size()));
                                run.reset();
                            }
                        }
                    };

    /// Each piece changes for itself.
    static Joining each(UnaryOperator<String> change) {
        return (how, next) ->
                new Joint() {
                    @Override
                    public void piece(String piece) {
                        String changed = change.apply(piece);
                        if (!changed.isEmpty()) {
                            next.piece(changed);
                        }
                    }

                    @Override
                    public void end() {
                        next.end();
                    }
                };
    }

    /// The text changes as a whole: nothing is certain before the end.
    static Joining whole(UnaryOperator<String> change) {
        return (how, next) ->
                new Joint() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public void piece(String piece) {
                        text.append(piece);
                    }

                    @Override
                    public void end() {
                        String changed = change.apply(text.toString());
                        if (!changed.isEmpty()) {
                            next.piece(changed);
                        }
                        next.end();
                    }
                };
    }

    /// Takes up to a number of characters away from the beginning of the text: the space that
    /// encoding put there. A text that continues another has none.
    static Joining stripBeginning(int character, int most) {
        return (how, next) ->
                new Joint() {
                    private int left = how.continues() ? 0 : most;

                    @Override
                    public void piece(String piece) {
                        int from = 0;
                        while (left > 0 && from < piece.length()) {
                            if (piece.codePointAt(from) == character) {
                                from += Character.charCount(character);
                                left--;
                            } else {
                                left = 0;
                            }
                        }
                        if (from < piece.length()) {
                            next.piece(piece.substring(from));
                        }
                    }

                    @Override
                    public void end() {
                        next.end();
                    }
                };
    }

    /// The first piece changes in one way, every other in another.
    static Joining firstAndOthers(UnaryOperator<String> first, UnaryOperator<String> others) {
        return (how, next) ->
                new Joint() {
                    private boolean begun = how.continues();

                    @Override
                    public void piece(String piece) {
                        String changed = (begun ? others : first).apply(piece);
                        begun = true;
                        if (!changed.isEmpty()) {
                            next.piece(changed);
                        }
                    }

                    @Override
                    public void end() {
                        next.end();
                    }
                };
    }

    /// The last piece changes in one way, every other in another: each waits for its successor.
    static Joining lastAndOthers(UnaryOperator<String> last, UnaryOperator<String> others) {
        return (how, next) ->
                new Joint() {
                    private String waiting = "";

                    @Override
                    public void piece(String piece) {
                        pass(others);
                        waiting = piece;
                    }

                    @Override
                    public void end() {
                        pass(last);
                        next.end();
                    }

                    private void pass(UnaryOperator<String> change) {
                        String changed = waiting.isEmpty() ? "" : change.apply(waiting);
                        if (!changed.isEmpty()) {
                            next.piece(changed);
                        }
                    }
                };
    }

    private static void pass(StringBuilder text, Joint next) {
        if (!text.isEmpty()) {
            next.piece(text.toString());
            text.setLength(0);
        }
    }
}
