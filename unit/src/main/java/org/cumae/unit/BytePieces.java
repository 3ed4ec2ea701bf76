package org.cumae.unit;

/// Pieces that stand for one byte, written `<0x0A>`.
final class BytePieces {
    private BytePieces() {}

    static String piece(int octet) {
        return "<0x%02X>".formatted(octet & 0xFF);
    }

    /// The byte of a piece, or -1 for a piece that is text.
    static int octet(String piece) {
        if (piece.length() != 6 || !piece.startsWith("<0x") || piece.charAt(5) != '>') {
            return -1;
        }
        int high = Character.digit(piece.charAt(3), 16);
        int low = Character.digit(piece.charAt(4), 16);
        return high < 0 || low < 0 || piece.charAt(3) > 'f' || piece.charAt(4) > 'f'
                ? -1
                : high << 4 | low;
    }
}
