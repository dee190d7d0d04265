"""Speech features to motion rows: lips from a trained network, the rest of the face alive by rule."""
