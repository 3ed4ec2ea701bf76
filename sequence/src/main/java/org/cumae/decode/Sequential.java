package org.cumae.decode;

import org.cumae.model.Capability;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Tokens;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CancellationException;

/// One token after the other: the simplest decoder there is, and the law that exact ones keep.
///
/// The first token comes out of the pass that reads the prompt, and the last one is not fed, so `n`
/// tokens take `n` passes.
public record Sequential() implements Decoder {
    @Override
    public String name() {
        return "sequential";
    }

    @Override
    public Set<Capability> needs() {
        return EnumSet.of(Capability.NEXT_TOKEN);
    }

    @Override
    public Generation decode(Context context, Request request, Sink sink) {
        Transcript out = new Transcript(this, context, request, sink);
        Tokens pending = request.prompt();
        try {
            while (out.isOpen()) {
                Query query = Query.feed(pending).wanting(out.want(pending.size() - 1));
                Choice next = out.choose(context.ask(query).findings().getFirst());
                pending = Tokens.of(out.commit(next));
            }
        } catch (CancellationException e) {
            out.cancel();
        }
        return out.end();
    }
}
