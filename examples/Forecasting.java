// What follows a column of numbers, and between what it will lie nine times in ten.
//   ./cumae run examples/Forecasting.java sales.csv sold
import org.cumae.forecast.*;
import org.cumae.series.*;

void main(String[] args) {
    if (args.length == 0) {
        throw new IllegalArgumentException("name a CSV file, and a column if it has several");
    }
    Columns columns = args.length > 1 ? Columns.AS_NAMED.withValue(args[1]) : Columns.AS_NAMED;
    for (Observed observed : SeriesFile.read(Path.of(args[0]), columns)) {
        ForecastQuestion question = new ForecastQuestion(ForecastModel.named("least-squares"), 12);
        Forecast forecast = question.of(observed).forecast();
        for (int step = 0; step < forecast.horizon(); step++) {
            Forecast.Band band = forecast.band(step, 0.9);
            IO.println(
                    "%s  %10.2f  [%.2f, %.2f]"
                            .formatted(
                                    forecast.time(step),
                                    forecast.mean(step),
                                    band.lower(),
                                    band.upper()));
        }
    }
}
