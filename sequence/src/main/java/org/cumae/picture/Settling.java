package org.cumae.picture;

import org.cumae.distribution.Vector;
import org.cumae.flow.Velocity;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Question;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Which way the values of one step go, as a model says in one pass each time: of the velocities
/// with and without the class the mixture that guidance wants, and of the widths of noise those
/// with the class, as MAR has it. Without the class no widths are asked for.
///
/// @param drawing the manner in the order of the picture
/// @param step from 0
/// @param context with the class, which the step has opened
/// @param without the class; looked at only where there is guidance
/// @param opened what was answered to the opening, with the class first
record Settling(
        FlowManner drawing,
        int step,
        Guidance guidance,
        Context context,
        Context without,
        List<Answer> opened)
        implements Velocity {
    @Override
    public double[] at(double time, double... values) {
        double weight = weight(time);
        return mixed(asked(time, weight, values, UnaryOperator.identity()), weight, values.length);
    }

    @Override
    public Wide wide(double time, double... values) {
        double weight = weight(time);
        List<Answer> answers = asked(time, weight, values, Settling::withWidths);
        int rows = answers.getFirst().findings().size() / 2;
        return new Wide(
                mixed(answers, weight, values.length),
                numbers(answers.getFirst(), rows, values.length));
    }

    private double weight(double time) {
        return guidance.weight(drawing.progress(step), time);
    }

    private static Query withWidths(Query query) {
        List<Want> wants = new ArrayList<>(query.wants());
        IntStream.range(0, query.rows()).mapToObj(Want.Width::new).forEach(wants::add);
        return query.wanting(wants);
    }

    /// Asks with the class and, where that matters, without, and takes the rows back.
    ///
    /// @param asking what else is wanted with the class
    private List<Answer> asked(
            double time, double weight, double[] values, UnaryOperator<Query> asking) {
        List<Vector> rows = rows(values);
        List<Question> questions = new ArrayList<>();
        Query query = drawing.settling(step, opened.getFirst(), time, rows);
        questions.add(new Question(context, asking.apply(query)));
        if (!(guidance instanceof Guidance.None) && weight != 1) {
            questions.add(
                    new Question(without, drawing.settling(step, opened.getLast(), time, rows)));
        }
        int[] lengths = questions.stream().mapToInt(each -> each.context().length()).toArray();
        List<Answer> answers = context.askAll(questions);
        for (int i = 0; i < lengths.length; i++) {
            questions.get(i).context().truncate(lengths[i]);
        }
        return answers;
    }

    /// What is said with and without the class, mixed.
    private static double[] mixed(List<Answer> answers, double weight, int length) {
        double[] mixed = numbers(answers.getFirst(), 0, length);
        if (answers.size() > 1) {
            double[] others = numbers(answers.getLast(), 0, length);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = others[i] + weight * (mixed[i] - others[i]);
            }
        }
        return mixed;
    }

    private List<Vector> rows(double... at) {
        int width = drawing.latent().width();
        float[] narrow = new float[at.length];
        for (int i = 0; i < at.length; i++) {
            narrow[i] = (float) at[i];
        }
        return FlowManner.vectors(
                narrow, width, IntStream.range(0, at.length / width).boxed().toList());
    }

    /// The numbers of some findings, one after another, `[length]`.
    private static double[] numbers(Answer answer, int from, int length) {
        double[] numbers = new double[length];
        int width = answer.vector(from).width();
        for (int i = 0; i < length; i++) {
            numbers[i] = answer.vector(from + i / width).get(i % width);
        }
        return numbers;
    }
}
