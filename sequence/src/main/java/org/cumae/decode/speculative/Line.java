package org.cumae.decode.speculative;

import org.cumae.decode.Request;
import org.cumae.decode.Transcript;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.Finding;
import org.cumae.model.Tokens;
import org.cumae.model.Want;

import java.util.Arrays;

/// What a drafter sees of the text: the tokens so far, and how the next ones will be drawn.
public final class Line {
    private static final long DRAFT = 0x44524654L;

    private final Request request;
    private final Transcript out;
    private int[] tokens;
    private int length;

    /// The line of a request, at its prompt.
    Line(Request request, Transcript out) {
        this.request = request;
        this.out = out;
        this.tokens = request.prompt().toArray();
        this.length = tokens.length;
    }

    void add(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
        }
        tokens[length++] = token;
    }

    /// How many tokens there are, the prompt's among them.
    public int length() {
        return length;
    }

    /// The token at a place in `[0, length)`.
    public int token(int place) {
        return tokens[place];
    }

    /// The tokens at places `[from, to)`.
    public Tokens slice(int from, int to) {
        return Tokens.of(Arrays.copyOfRange(tokens, from, to));
    }

    /// The address of the next token's noise.
    public long position() {
        return out.position(0);
    }

    /// The noise that the target draws with.
    public Chance targetChance() {
        return request.chance();
    }

    /// Noise of the draft's own, fresh in every round and independent of the target's.
    ///
    /// @param lane independent of other lanes: one for each sequence drawn
    public Chance draftChance(long lane) {
        return request.chance().lane(DRAFT).lane(position()).lane(lane);
    }

    /// What a draft model must say of a row for a token to be drawn there as the request says.
    ///
    /// @param row the row
    /// @param ahead how many drafted tokens come before it
    public Want want(int row, int ahead) {
        return out.want(row, ahead);
    }

    /// What the request's sampling makes of a draft model's law: bans, bias, penalties, temperature
    /// and filters.
    ///
    /// @param finding what the draft model said for [#want]
    /// @param ahead the drafted tokens before
    public Categorical law(Finding finding, Tokens ahead) {
        if (!request.sampling().looksBack()) {
            return out.law(finding, ahead.size());
        }
        int written = out.history().written();
        ahead.stream().forEach(out.history()::add);
        try {
            return out.law(finding, ahead.size());
        } finally {
            out.history().truncate(written);
        }
    }
}
