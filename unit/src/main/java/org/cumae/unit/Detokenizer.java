package org.cumae.unit;

import org.cumae.Check;

import java.util.function.IntFunction;

/// Turns one stream of ids into text while the ids come.
///
/// The law: all pieces together, [#end]'s too, are what [Tokenizer#decode(int[], Decoding)] gives
/// for all the ids. A piece never ends inside a character, and a byte that can no longer become
/// part of one comes out as U+FFFD. Text whose form depends on what follows is held back until that
/// is known.
///
/// One stream belongs to one request and is used by one thread at a time.
public final class Detokenizer {
    private final IntFunction<String> pieces;
    private final StringBuilder ready = new StringBuilder();
    private final Joint joints;
    private boolean ended;

    /// @param pieces the piece of each id; the empty string for what is left out
    /// @param joining how pieces become text
    Detokenizer(IntFunction<String> pieces, Joining joining, Decoding how) {
        this.pieces = pieces;
        this.joints = joining.open(how, ready::append);
    }

    /// Reads the next id.
    ///
    /// @return the text that is now certain; often empty
    /// @throws IllegalArgumentException if the tokenizer has no such id
    public String add(int id) {
        Check.state(!ended, "this stream has ended; take a new Detokenizer for the next text");
        String piece = pieces.apply(id);
        if (!piece.isEmpty()) {
            joints.piece(piece);
        }
        return taken();
    }

    /// Says that no id comes any more.
    ///
    /// @return the text that was held back
    public String end() {
        if (!ended) {
            ended = true;
            joints.end();
        }
        return taken();
    }

    private String taken() {
        if (ready.isEmpty()) {
            return "";
        }
        String text = ready.toString();
        ready.setLength(0);
        return text;
    }
}
