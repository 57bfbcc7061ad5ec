// A page that is a file watches no training.
export const Training = null;
export const showTraining = () => { };
