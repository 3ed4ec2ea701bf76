package org.cumae.unit;

import java.util.function.UnaryOperator;

/// SentencePiece's way from pieces to text: runs of byte pieces are read as UTF-8 as they come, and
/// a byte that is none becomes U+FFFD.
final class PieceJoint implements Joint {
    private final boolean hasBytes;
    private final UnaryOperator<String> surface;
    private final Joint next;
    private final Utf8Reader reader = new Utf8Reader(Utf8Reader.Repair.ONE_PER_BYTE);
    private final StringBuilder text = new StringBuilder();

    /// @param hasBytes whether pieces such as `<0x0A>` are bytes
    /// @param surface the text of every other piece
    PieceJoint(boolean hasBytes, UnaryOperator<String> surface, Joint next) {
        this.hasBytes = hasBytes;
        this.surface = surface;
        this.next = next;
    }

    @Override
    public void piece(String piece) {
        int octet = hasBytes ? BytePieces.octet(piece) : -1;
        if (octet >= 0) {
            reader.read(octet, text);
        } else {
            reader.end(text);
            text.append(surface.apply(piece));
        }
        pass();
    }

    @Override
    public void end() {
        reader.end(text);
        pass();
        next.end();
    }

    private void pass() {
        if (!text.isEmpty()) {
            next.piece(text.toString());
            text.setLength(0);
        }
    }
}
