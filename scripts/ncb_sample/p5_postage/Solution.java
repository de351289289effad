import java.util.List;

interface Tariff {
    int cost(int grams);
}

class FlatTariff implements Tariff {
    private final int cents;
    private final int most;

    FlatTariff(int cents, int most) {
        this.cents = cents;
        this.most = most;
    }

    @Override
    public int cost(int grams) {
        return grams <= most ? cents : -1;
    }
}

class StepTariff implements Tariff {
    private final int first;
    private final int further;

    StepTariff(int first, int further) {
        this.first = first;
        this.further = further;
    }

    @Override
    public int cost(int grams) {
        int steps = Math.max(0, (grams - 1000 + 499) / 500);
        return first + steps * further;
    }
}

public class Postage {
    public static int cheapest(List<Tariff> tariffs, int grams) {
        return tariffs.stream().mapToInt(tariff -> tariff.cost(grams)).filter(cost -> cost >= 0).min().orElse(-1);
    }
}
