import java.util.Map;
import java.util.TreeMap;

public class NearestCentre {
    private final Map<Integer, double[]> centres = new TreeMap<>();

    public void fit(double[][] points, int[] labels) {
        if (points.length == 0) {
            throw new IllegalArgumentException("there are no points");
        }
        Map<Integer, Integer> counts = new TreeMap<>();
        centres.clear();
        for (int row = 0; row < points.length; row++) {
            double[] sum = centres.computeIfAbsent(labels[row], label -> new double[points[0].length]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += points[row][i];
            }
            counts.merge(labels[row], 1, Integer::sum);
        }
        for (Map.Entry<Integer, double[]> entry : centres.entrySet()) {
            for (int i = 0; i < entry.getValue().length; i++) {
                entry.getValue()[i] /= counts.get(entry.getKey());
            }
        }
    }

    public double[] centre(int label) {
        return centres.get(label).clone();
    }

    public int[] predict(double[][] points) {
        int[] found = new int[points.length];
        for (int row = 0; row < points.length; row++) {
            found[row] = nearest(points[row]);
        }
        return found;
    }

    private int nearest(double[] point) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (Map.Entry<Integer, double[]> entry : centres.entrySet()) {
            double distance = 0;
            for (int i = 0; i < point.length; i++) {
                double difference = point[i] - entry.getValue()[i];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = entry.getKey();
            }
        }
        return best;
    }

    public double score(double[][] points, int[] labels) {
        int[] found = predict(points);
        int right = 0;
        for (int row = 0; row < labels.length; row++) {
            right += found[row] == labels[row] ? 1 : 0;
        }
        return (double) right / labels.length;
    }
}
