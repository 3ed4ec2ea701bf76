package org.cumae.decode;

import org.cumae.model.Ledger;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How a text came about: in which pass each of its places was first shown, and how probable it was
/// then. Of plain decoding that is a straight line, of drafts a stair, of blocks of masks a map.
///
/// Used by the thread that decodes.
public final class DecodeTrace {
    private final NavigableMap<Integer, Told> byPosition = new TreeMap<>();

    /// A place.
    ///
    /// @param position in what is written, from 0
    /// @param token what stands there
    /// @param pass how many passes the request had taken part in when it was shown
    /// @param probability under the model's own law, in [0, 1]
    public record Told(int position, int token, long pass, double probability) {}

    /// A place was shown. Only the first time counts, unless another token stands there now.
    public void tell(int position, int token, long pass, double probability) {
        Told before = byPosition.get(position);
        if (before == null || before.token != token) {
            byPosition.put(position, new Told(position, token, pass, probability));
        }
    }

    /// A sink that traces, and hands on.
    ///
    /// @param ledger of the request
    public Sink before(Ledger ledger, Sink next) {
        return step -> {
            tell(step.position(), step.token(), ledger.forwards(), Math.exp(step.logProbability()));
            return next.accept(step);
        };
    }

    /// All places, in order.
    public List<Told> told() {
        return List.copyOf(byPosition.values());
    }

    /// How many places each pass brought, by its number from 1; passes that brought none are left
    /// out.
    public NavigableMap<Long, Integer> placesByPass() {
        return byPosition.values().stream()
                .collect(
                        Collectors.groupingBy(
                                Told::pass, TreeMap::new, Collectors.summingInt(_ -> 1)));
    }
}
