package org.cumae.decode.speculative;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.Transcript;
import org.cumae.model.DirectContext;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;

/// Texts for drafters to look at.
public final class Lines {
    private Lines() {}

    /// A text of these tokens, for a greedy request.
    public static Line of(int... tokens) {
        Request request = Request.of(Tokens.of(tokens));
        TableModel any = TableModel.random(1000, 0, 0);
        return new Line(
                request,
                new Transcript(new Sequential(), DirectContext.open(any), request, Sink.NONE));
    }

    /// One token is written.
    public static void write(Line line, int token) {
        line.add(token);
    }
}
