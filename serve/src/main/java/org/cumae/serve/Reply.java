package org.cumae.serve;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// In which form the client wants the answer.
///
/// @param stream as events, while it is written
/// @param usage with one more chunk that counts the tokens of the whole request
/// @param continuous with those counts in every chunk
/// @param tokenIds with the token ids of prompt and answer
/// @param ledger with what it has cost
record Reply(boolean stream, boolean usage, boolean continuous, boolean tokenIds, boolean ledger) {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();
    private static final int MAX_WARNED = 200;

    static Reply parse(Fields fields) {
        boolean stream = fields.flag("stream").orElse(false);
        Optional<Fields> options = fields.object("stream_options");
        if (options.isPresent() && !stream) {
            throw ApiError.badField("stream_options", "stream_options needs stream to be true");
        }
        boolean continuous = options.flatMap(o -> o.flag("continuous_usage_stats")).orElse(false);
        boolean usage = options.flatMap(o -> o.flag("include_usage")).orElse(false);
        boolean tokenIds = fields.flag("return_token_ids").orElse(false);
        boolean ledger = fields.flag("return_ledger").orElse(false);
        return new Reply(stream, usage, continuous, tokenIds, ledger);
    }

    /// Says once in the log that a field is unknown, or refuses it when the client wants that.
    static void surplus(Fields fields, boolean strict) {
        List<String> surplus = fields.surplus();
        if (surplus.isEmpty()) {
            return;
        }
        if (strict) {
            String name = ApiError.shortened(surplus.getFirst());
            throw ApiError.badField(name, "field '%s' is unknown to this server", name);
        }
        for (String name : surplus) {
            String line = RequestLog.clean(name);
            if (WARNED.size() < MAX_WARNED && WARNED.add(line)) {
                LOG.warn("a request set the unknown field '{}'; it is ignored", line);
            }
        }
    }
}
