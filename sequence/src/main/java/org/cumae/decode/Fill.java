package org.cumae.decode;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.PointerRows;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;
import org.cumae.distribution.History;
import org.cumae.distribution.Sampling;
import org.cumae.model.Capability;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;

/// Writes unknown variables of a canvas, rank after rank of an order, with a model that is asked by
/// pointers.
///
/// Variables of one rank are drawn independently of each other, given all before: one pass a code
/// level, whatever their number. An order of one variable a rank draws from the joint law that the
/// model's conditionals make, one that is all one rank from the product of marginals, and
/// [org.cumae.order.Order#thenTogether] lies between: the three ways of PSI (arXiv 2509.09737).
///
/// The context must be empty, or hold rows that count as known.
public record Fill() {
    /// What the model must offer.
    public static Set<Capability> needs() {
        return EnumSet.of(Capability.ANY_ORDER, Capability.ANY_VISIBILITY, Capability.ROLLBACK);
    }

    /// Writes the targets of a request.
    ///
    /// @param context where the rows are fed
    /// @param request what is known and what to write
    /// @param onward asked after each rank with what is known then, whether to go on
    /// @throws org.cumae.model.CapabilityException if the model cannot be asked by pointers
    /// @throws IllegalArgumentException if a sampling names ids that the model does not have
    public Filled fill(Context context, FillRequest request, Predicate<Canvas> onward) {
        context.card().require("decoder fill", needs());
        Run run = new Run(context, request);
        Finish finish = new Finish.Length();
        try {
            int step = 0;
            for (List<Integer> group : request.order().groups()) {
                run.write(group.stream().map(request.targets()::get).toList(), step++);
                if (!onward.test(run.canvas)) {
                    finish = new Finish.Cancelled();
                    break;
                }
            }
        } catch (CancellationException e) {
            finish = new Finish.Cancelled();
        }
        return new Filled(
                run.canvas,
                run.written,
                finish,
                context.ledger().entry(run.written.size(), System.nanoTime() - run.begin));
    }

    /// One filling on its way.
    private static final class Run {
        final Canvas canvas;
        final List<Filled.Written> written = new ArrayList<>();
        final long begin = System.nanoTime();

        private final Context context;
        private final FillRequest request;
        private final History history = new History();
        private PointerRows unfed; // what is known and the context does not hold

        Run(Context context, FillRequest request) {
            this.context = context;
            this.request = request;
            this.canvas = request.canvas().copy();
            this.unfed = new PointerRows(canvas.layout());
            canvas.elements().forEach(unfed::known);
        }

        void write(List<Address> group, int step) {
            List<Draft> drafts = group.stream().map(Draft::new).toList();
            if (drafts.size() == 1) {
                writeOne(drafts.getFirst());
            } else {
                writeTogether(drafts);
            }
            for (Draft draft : drafts) {
                Element element = draft.element();
                canvas.observe(element);
                written.add(new Filled.Written(element, step, draft.logProbabilities));
                element.codes().stream().forEach(history::add);
            }
        }

        /// The rows of a single variable stay where they are, so each is fed once.
        private void writeOne(Draft draft) {
            unfed.knownRow(draft.address, 0, canvas.layout().pointer(draft.address));
            while (!draft.isWhole()) {
                Query query = unfed.askAfterKnown(draft.address, draft.level()).query();
                draw(draft, context.ask(query).findings().getFirst());
                unfed = new PointerRows(canvas.layout());
                unfed.knownRow(draft.address, draft.level(), draft.codes.getLast());
            }
        }

        /// Questions are taken back when they are answered; the answers are fed with what follows.
        private void writeTogether(List<Draft> drafts) {
            for (List<Draft> open = drafts; !open.isEmpty(); ) {
                open.forEach(draft -> unfed.ask(draft.address, draft.line()));
                int held = context.length() + unfed.knownRows();
                List<Finding> findings = context.ask(unfed.query()).findings();
                context.truncate(held);
                unfed = new PointerRows(canvas.layout());
                for (int i = 0; i < open.size(); i++) {
                    draw(open.get(i), findings.get(i));
                }
                open = open.stream().filter(draft -> !draft.isWhole()).toList();
            }
            drafts.forEach(draft -> unfed.known(draft.element()));
        }

        private void draw(Draft draft, Finding finding) {
            Categorical raw = (Categorical) finding;
            Sampling sampling = request.samplings().of(draft.type, draft.level());
            sampling.check(context.card().vocabulary());
            long position = canvas.layout().position(draft.address, draft.level() + 1);
            int code = request.chance().draw(sampling.law(raw, history), position);
            draft.codes.add(code);
            draft.logProbabilities.add(raw.logProbability(code));
        }

        /// A variable in writing.
        private final class Draft {
            final Address address;
            final TokenType type;
            final List<Integer> codes = new ArrayList<>();
            final List<Double> logProbabilities = new ArrayList<>();

            Draft(Address address) {
                this.address = address;
                this.type = canvas.layout().field(address).type();
            }

            int level() {
                return codes.size();
            }

            boolean isWhole() {
                return codes.size() == type.levels();
            }

            Tokens line() {
                return Tokens.of(codes.stream().mapToInt(Integer::intValue).toArray());
            }

            Element element() {
                return new Element(address, line());
            }
        }
    }
}
