package org.cumae.picture;

import org.cumae.Check;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Input;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/// A model of single numbers of one class and of none in particular, which says other velocities
/// and other widths of noise with and without the class. It takes [FlowScales] of one scale.
final class ClassModel implements Model {
    private final List<Integer> askedWidths = new ArrayList<>();

    /// Which way a value goes.
    ///
    /// @param condition 0 is the class, 1 is none
    static float velocity(int condition, float value) {
        return condition == 0 ? 0.5f * value - 1 : 0.25f * value + 1;
    }

    /// How wide noise is.
    static float width(int condition, int row) {
        return condition == 0 ? 0.125f * row : 1 - 0.125f * row;
    }

    /// The conditions that widths were asked of, once each row.
    List<Integer> askedWidths() {
        return askedWidths;
    }

    @Override
    public Card card() {
        EnumSet<Capability> all = EnumSet.copyOf(DrawValues.needs());
        all.add(Capability.WIDTHS);
        return new Card("class", 2, 1000, all);
    }

    @Override
    public State open() {
        return new HeldRows<Query>();
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        return pass.stream()
                .map(
                        part -> {
                            HeldRows<Query> held = held(part.state());
                            for (int row = 0; row < part.query().rows(); row++) {
                                held.add(held.length(), part.query());
                            }
                            return answer(part.query());
                        })
                .toList();
    }

    @SuppressWarnings("unchecked") // as they are opened
    private static HeldRows<Query> held(State state) {
        return (HeldRows<Query>) state;
    }

    private Answer answer(Query query) {
        List<Finding> findings = new ArrayList<>();
        for (Want want : query.wants()) {
            findings.add(new Vector(said(query.input(), want)));
        }
        return new Answer(findings);
    }

    /// The condition of a row, or what is said under it.
    private float said(Input input, Want want) {
        if (input instanceof Input.Ids(Tokens ids)) {
            Check.argument(want instanceof Want.Hidden, "ids are hidden states only: %s", want);
            return ids.get(want.row());
        }
        Input.Noised noised = (Input.Noised) input;
        int condition = (int) noised.told().get(want.row()).get(0);
        if (want instanceof Want.Width) {
            askedWidths.add(condition);
            return width(condition, want.row());
        }
        return velocity(condition, noised.vectors().get(want.row()).get(0));
    }

    @Override
    public void close() {}
}
