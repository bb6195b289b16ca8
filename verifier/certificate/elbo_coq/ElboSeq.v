(* Sequences: places, what a sum over a slice is over, sums and products over an index. *)
From Elbo Require Export Elbo ElboTac ElboStep.
From Coq Require Export ZArith Permutation.
From Coq Require Import Lia FinFun FunctionalExtensionality Permutation Sorted.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Places *)
(** from low to high, both included; none where high is below low *)
Definition range (low high : Z) : list Z :=
  map (fun n => (low + Z.of_nat n)%Z) (seq 0 (Z.to_nat (high - low + 1))).
Definition one (i : Z) : list Z := [i].
Definition both (l m : list Z) : list Z := l ++ m.
Definition without (l m : list Z) : list Z := filter (fun i => negb (existsb (Z.eqb i) m)) l.
Arguments range (_ _)%Z_scope.
Arguments one _%Z_scope.
(** what an index runs over *)
Definition upto (low high : Z) : domain := Domain Z (range low high).
Arguments upto (_ _)%Z_scope.

(* ------------------------------------------------------------------ *)
(** * Sequences *)
Definition put {T} (v : Z -> T) (i : Z) (a : T) : Z -> T := fun j => if Z.eqb j i then a else v j.
(** all that agree with v but at some places *)
Fixpoint paths (A : alphabet) (l : list Z) (v : Z -> A) : list (Z -> A) :=
  match l with
  | [] => [v]
  | i :: l' => flat_map (fun a => paths A l' (put v i a)) (enum A)
  end.
Definition seqs (A : alphabet) (l : list Z) (v : Z -> A) : domain := Domain (Z -> A) (paths A l v).
(** the elements of a slice in their order *)
Definition slice {T} (v : Z -> T) (low high : Z) : list T := map v (range low high).
Arguments slice {T} v (_ _)%Z_scope.
(** one that nothing is said of *)
Definition path (A : alphabet) : Z -> A := fun _ =>
  match enum A as l return l <> [] -> A with
  | [] => fun H => False_rect _ (H eq_refl)
  | a :: _ => fun _ => a
  end (enum_nonempty A).

(* ------------------------------------------------------------------ *)
(** * Worlds: values of everything at once, which are changed at one place after the other *)
Record world : Type := World {
  value :> Type;
  place : Type;
  same : forall n m : place, {n = m} + {n <> m};
  ranges : place -> alphabet;
  at_ : forall n, value -> ranges n;
  set : forall n, ranges n -> value -> value;
  set_set : forall n a b w, set n a (set n b w) = set n a w;
  set_swap : forall n m a b w, n <> m -> set n a (set m b w) = set m b (set n a w);
  set_at : forall n w, set n (at_ n w) w = w }.
Arguments set {_} n a w.
Arguments at_ {_} n w.

(** a sequence, a variable, and two worlds side by side *)
Definition of_sequence (A : alphabet) : world.
Proof.
  refine (World (Z -> A) Z Z.eq_dec (fun _ => A) (fun n v => v n) (fun n a v => put v n a) _ _ _);
    unfold put; intros; apply functional_extensionality; intros j;
    repeat match goal with |- context [Z.eqb ?i ?j] => destruct (Z.eqb_spec i j) end; congruence.
Defined.
Definition of_variable (A : alphabet) : world.
Proof.
  refine (World A unit _ (fun _ => A) (fun _ a => a) (fun _ a _ => a) _ _ _); try reflexivity.
  - intros [] []; now left.
  - intros [] [] a b w H; now destruct H.
Defined.
Definition beside (U V : world) : world.
Proof.
  refine (World (U * V) (place U + place V) _
    (fun n => match n with inl i => ranges U i | inr i => ranges V i end)
    (fun n => match n with inl i => fun w => at_ i (fst w) | inr i => fun w => at_ i (snd w) end)
    (fun n => match n with
      | inl i => fun a w => (set i a (fst w), snd w) | inr i => fun a w => (fst w, set i a (snd w)) end)
    _ _ _).
  - intros [i|i] [j|j]; try (right; discriminate).
    + destruct (same U i j) as [->|H]; [now left|right; congruence].
    + destruct (same V i j) as [->|H]; [now left|right; congruence].
  - intros [i|i] a b [u v]; simpl; now rewrite set_set.
  - intros [i|i] [j|j] a b [u v] H; simpl; try reflexivity; rewrite set_swap; congruence.
  - intros [i|i] [u v]; simpl; now rewrite set_at.
Defined.

Section Sums.
Variable W : world.
Notation P := (place W).
Implicit Types (f g c : W -> R) (l m all : list P) (w : W).
Definition sum1 (n : P) f : W -> R := fun w => Sum (ranges W n) (fun a => f (set n a w)).
Fixpoint sums l f : W -> R := match l with [] => f | n :: l' => sum1 n (sums l' f) end.
(** f looks at no place of l *)
Definition blind l f := forall n, In n l -> forall a w, f (set n a w) = f w.

Lemma sum1_ext n f g w : (forall a, f (set n a w) = g (set n a w)) -> sum1 n f w = sum1 n g w.
Proof. intros H. apply Sum_ext, H. Qed.
Lemma sums_app l m f : sums (l ++ m) f = sums l (sums m f).
Proof. induction l; simpl; [reflexivity|now rewrite IHl]. Qed.
Lemma sum1_swap (n m : P) f : sum1 n (sum1 m f) = sum1 m (sum1 n f).
Proof.
  apply functional_extensionality; intros w. unfold sum1.
  destruct (same W n m) as [->|H]; [reflexivity|].
  rewrite Sum_swap. apply Sum_ext; intros a. apply Sum_ext; intros b. f_equal. apply set_swap. congruence.
Qed.
Lemma sums_permutation l m f : Permutation l m -> sums l f = sums m f.
Proof.
  induction 1; simpl; [reflexivity|now rewrite IHPermutation|apply sum1_swap|congruence].
Qed.
Lemma sums_pull l c f w : blind l c -> sums l (fun w => c w * f w) w = c w * sums l f w.
Proof.
  revert w. induction l as [|n l IH]; intros w H; simpl; [reflexivity|].
  unfold sum1. rewrite <- Sum_scal. apply Sum_ext; intros a.
  rewrite IH by (intros m Hm; apply H; now right). now rewrite H by now left.
Qed.
Lemma sums_plus l f g w : sums l (fun w => f w + g w) w = sums l f w + sums l g w.
Proof.
  revert w. induction l as [|n l IH]; intros w; simpl; [reflexivity|].
  unfold sum1. rewrite <- Sum_plus. now apply Sum_ext.
Qed.
Lemma sums_scal l (c : R) f w : sums l (fun w => c * f w) w = c * sums l f w.
Proof. exact (sums_pull l (fun _ => c) f w (fun _ _ _ _ => eq_refl)). Qed.
Lemma sums_same l f g w : (forall w, f w = g w) -> sums l f w = sums l g w.
Proof. intros H. now replace g with f by now apply functional_extensionality. Qed.
Lemma sums_Sum l (D : domain) (f : D -> W -> R) w :
  sums l (fun w => Sum D (fun i => f i w)) w = Sum D (fun i => sums l (f i) w).
Proof.
  revert w. induction l as [|n l IH]; intros w; simpl; [reflexivity|].
  unfold sum1. rewrite Sum_swap. now apply Sum_ext.
Qed.
Lemma blind_sums l m f : blind m f -> blind m (sums l f).
Proof.
  intros H n Hn. induction l as [|k l IH]; simpl; intros a w; [now apply H|]. unfold sum1.
  apply Sum_ext; intros b. destruct (same W k n) as [->|E]; [now rewrite set_set|].
  now rewrite set_swap, IH.
Qed.
Lemma blind_summed l f : blind l (sums l f).
Proof.
  induction l as [|k l IH]; intros n Hn a w; simpl; [contradiction|]. unfold sum1.
  apply Sum_ext; intros b. destruct (same W k n) as [->|E]; [now rewrite set_set|].
  rewrite set_swap by assumption. apply IH. destruct Hn; [contradiction|assumption].
Qed.
Lemma sums_nonneg l f w : (forall w, 0 <= f w) -> 0 <= sums l f w.
Proof.
  intros H. revert w. induction l as [|n l IH]; intros w; simpl; [apply H|]. unfold sum1.
  apply Sum_nonneg. intros a. apply IH.
Qed.
Lemma sums_least l f w : (forall w, 0 <= f w) -> f w <= sums l f w.
Proof.
  intros H. revert w. induction l as [|n l IH]; intros w; simpl; [lra|]. unfold sum1.
  eapply Rle_trans; [apply IH|].
  pose proof (Sum_ge_term (ranges W n) (fun a => sums l f (set n a w)) (at_ n w)) as K.
  cbv beta in K. rewrite set_at in K. apply K. intros b. now apply sums_nonneg.
Qed.
(** how a point is reached by changing it at some places *)
Fixpoint reached l w w' : Prop := match l with [] => w' = w | n :: l' => exists a, reached l' (set n a w) w' end.
Lemma sums_example l f w : 0 < sums l f w -> exists w', reached l w w' /\ 0 < f w'.
Proof.
  revert w. induction l as [|n l IH]; simpl; intros w H; [now exists w|]. unfold sum1 in H.
  apply Sum_pos_ex in H. destruct H as [a H]. apply IH in H. destruct H as [w' [R1 R2]].
  exists w'. split; [now exists a|assumption].
Qed.
Lemma blind_reached l f w w' : blind l f -> reached l w w' -> f w' = f w.
Proof.
  revert w. induction l as [|n l IH]; simpl; intros w H; [now intros ->|]. intros [a R].
  rewrite (IH (set n a w)); [apply H; now left|intros m Hm; apply H; now right|assumption].
Qed.
(** a sum over l of what is nowhere negative is the same of what is the same where that is positive *)
Lemma sums_where l f g h w : (forall w, 0 <= h w) -> (forall w, 0 < h w -> f w = g w) ->
  sums l (fun w => h w * f w) w = sums l (fun w => h w * g w) w.
Proof.
  intros N E. apply sums_same. intros u. destruct (N u) as [H|<-]; [now rewrite E|ring].
Qed.

(* ------------------------------------------------------------------ *)
(** ** Marginals *)
Definition minus l m : list P := filter (fun n => if in_dec (same W) n m then false else true) l.
Lemma in_minus n l m : In n (minus l m) <-> In n l /\ ~ In n m.
Proof. unfold minus. rewrite filter_In. destruct (in_dec (same W) n m); intuition congruence. Qed.
Definition marginal all f l : W -> R := sums (minus all l) f.
Lemma NoDup_minus l m : NoDup l -> NoDup (minus l m). Proof. apply NoDup_filter. Qed.
Lemma marginal_same all f l m : (forall n, In n all -> (In n l <-> In n m)) -> marginal all f l = marginal all f m.
Proof.
  intros H. unfold marginal, minus. f_equal. apply filter_ext_in. intros n Hn.
  specialize (H n Hn). destruct (in_dec (same W) n l), (in_dec (same W) n m); tauto.
Qed.
Lemma marginal_sum all f l m : NoDup all -> NoDup m -> incl m all -> incl m l ->
  sums m (marginal all f l) = marginal all f (minus l m).
Proof.
  intros Na Nm Im Il. unfold marginal. rewrite <- sums_app. apply sums_permutation.
  apply NoDup_Permutation.
  - apply NoDup_app_intro; [assumption|now apply NoDup_minus|].
    intros n H1 H2%in_minus. apply Il in H1. tauto.
  - now apply NoDup_minus.
  - intros n. rewrite in_app_iff, !in_minus. specialize (Im n). specialize (Il n).
    destruct (in_dec (same W) n m); tauto.
Qed.
Lemma marginal_nonneg all f l w : (forall w, 0 <= f w) -> 0 <= marginal all f l w.
Proof. apply sums_nonneg. Qed.
Lemma marginal_blind all f l m : (forall n, In n m -> In n all) -> (forall n, In n m -> ~ In n l) ->
  blind m (marginal all f l).
Proof. intros Ia Il n Hn. apply blind_summed, in_minus. auto. Qed.
Lemma marginal_more all f l m w : NoDup all -> (forall w, 0 <= f w) -> (forall n, In n m -> In n l) ->
  marginal all f l w <= marginal all f m w.
Proof.
  intros Na N I.
  assert (E : marginal all f m = sums (minus (minus all m) (minus all l)) (marginal all f l)).
  { unfold marginal. rewrite <- sums_app. apply sums_permutation, NoDup_Permutation.
    - now apply NoDup_minus.
    - apply NoDup_app_intro; [now apply NoDup_minus, NoDup_minus|now apply NoDup_minus|].
      intros n. rewrite !in_minus. tauto.
    - intros n. rewrite in_app_iff, !in_minus. specialize (I n).
      destruct (in_dec (same W) n l); tauto. }
  rewrite E. apply sums_least. intros u. now apply sums_nonneg.
Qed.
Lemma marginal_positive all f l m w : NoDup all -> (forall w, 0 <= f w) -> (forall n, In n m -> In n l) ->
  0 < marginal all f l w -> 0 < marginal all f m w.
Proof. intros Na N I H. pose proof (marginal_more all f l m w Na N I). lra. Qed.

(** an average under the joint, given the values at some places *)
Definition given all f l g : W -> R := fun w => sums (minus all l) (fun w => f w * g w) w / marginal all f l w.
Lemma given_known all f l g w : blind (minus all l) g -> 0 < marginal all f l w -> given all f l g w = g w.
Proof.
  intros B H. unfold given.
  rewrite (sums_same _ (fun w => f w * g w) (fun w => g w * f w)) by (intros; ring).
  rewrite (sums_pull _ g f w B). fold (marginal all f l w). field. lra.
Qed.
Lemma given_plus all f l g h w : given all f l (fun w => g w + h w) w = given all f l g w + given all f l h w.
Proof.
  unfold given. rewrite (sums_same _ _ (fun w => f w * g w + f w * h w)) by (intros; ring).
  rewrite sums_plus. unfold Rdiv. ring.
Qed.
Lemma given_scal all f l (c : R) g w : given all f l (fun w => c * g w) w = c * given all f l g w.
Proof.
  unfold given. rewrite (sums_same _ _ (fun w => c * (f w * g w))) by (intros; ring).
  rewrite sums_scal. unfold Rdiv. ring.
Qed.
Lemma given_opp all f l g w : given all f l (fun w => - g w) w = - given all f l g w.
Proof.
  rewrite <- (Rmult_1_l (given all f l g w)), Ropp_mult_distr_l, <- given_scal.
  unfold given. f_equal. apply sums_same; intros; ring.
Qed.
Lemma given_minus all f l g h w : given all f l (fun w => g w - h w) w = given all f l g w - given all f l h w.
Proof. unfold Rminus. now rewrite <- given_opp, <- given_plus. Qed.
Lemma given_Sum all f l (D : domain) (g : D -> W -> R) w :
  given all f l (fun w => Sum D (fun i => g i w)) w = Sum D (fun i => given all f l (g i) w).
Proof.
  unfold given. rewrite (sums_same _ _ (fun w => Sum D (fun i => f w * g i w))) by (intros; now rewrite Sum_scal).
  rewrite sums_Sum. unfold Rdiv. now rewrite Sum_scal_r.
Qed.
Lemma given_where all f l g h w : (forall w, 0 <= f w) -> (forall w, 0 < f w -> g w = h w) ->
  given all f l g w = given all f l h w.
Proof. intros N E. unfold given. f_equal. now apply sums_where. Qed.
(** the tower property: an average over m, given l, of what is an average given both *)
Theorem given_tower all f l m k g h w : NoDup all -> (forall w, 0 <= f w) ->
  NoDup m -> incl m all -> (forall n, In n m -> ~ In n l) -> (forall n, In n k <-> In n l \/ In n m) ->
  (forall w, 0 < marginal all f k w -> h w = given all f k g w) -> 0 < marginal all f l w ->
  sums m (fun w => marginal all f k w / marginal all f l w * h w) w = given all f l g w.
Proof.
  intros Na N Nm Im D K E H.
  rewrite (sums_same _ _ (fun w => / marginal all f l w * (marginal all f k w * h w)))
    by (intros; unfold Rdiv; ring).
  rewrite sums_pull.
  2:{ intros n Hn a u. rewrite (marginal_blind all f l m); auto. }
  rewrite (sums_where m h (given all f k g)); [|intros; now apply marginal_nonneg|assumption].
  unfold given, Rdiv at 2. rewrite Rmult_comm. unfold Rdiv. f_equal.
  rewrite (sums_same _ _ (sums (minus all k) (fun w => f w * g w))).
  - rewrite <- sums_app, (sums_permutation (m ++ minus all k) (minus all l)); [reflexivity|].
    apply NoDup_Permutation.
    + apply NoDup_app_intro; [assumption|now apply NoDup_minus|].
      intros n Hn. rewrite in_minus, K. tauto.
    + now apply NoDup_minus.
    + intros n. rewrite in_app_iff, !in_minus, K. specialize (Im n). specialize (D n).
      destruct (in_dec (same W) n m); tauto.
  - intros u. cbv beta. destruct (marginal_nonneg all f k u N) as [Z|Z]; [field; lra|].
    assert (L : sums (minus all k) (fun w => f w * g w) u = 0); [|rewrite <- Z, L; ring].
    (* where the mass is 0, it is 0 at each point *)
    unfold marginal in Z. revert Z. generalize (minus all k). intros q. revert u.
    induction q as [|n q IH]; simpl; intros u Z; [now rewrite <- Z, Rmult_0_l|].
    unfold sum1 in *. apply Sum_zero. intros a. apply IH.
    pose proof (Sum_ge_term (ranges W n) (fun a => sums q f (set n a u)) a) as S.
    cbv beta in S. assert (0 <= sums q f (set n a u)) by now apply sums_nonneg.
    apply Rle_antisym; [assumption|]. rewrite Z. apply S. intros b. now apply sums_nonneg.
Qed.

(* ------------------------------------------------------------------ *)
(** ** A joint that is a product, block by block *)
Variable block : Type.
Variables (heads : block -> list P) (k : block -> W -> R).
Implicit Types (bs cs : list block).
Definition product bs : W -> R := fun w => lprod (fun b => k b w) bs.
Definition law b := forall w, sums (heads b) (k b) w = 1.
(** each looks at no head of those after it *)
Fixpoint ordered bs : Prop := match bs with
  | [] => True | b :: bs' => (forall d, In d bs' -> blind (heads d) (k b)) /\ ordered bs' end.
Lemma lprod_app {T} (f : T -> R) (l m : list T) : lprod f (l ++ m) = lprod f l * lprod f m.
Proof. induction l; simpl; [ring|rewrite IHl; ring]. Qed.
Lemma product_app bs cs w : product (bs ++ cs) w = product bs w * product cs w.
Proof. apply lprod_app. Qed.
Lemma product_nonneg bs w : (forall b w, 0 <= k b w) -> 0 <= product bs w.
Proof. intros H. unfold product. induction bs; simpl; [lra|]. now apply Rmult_le_pos. Qed.
Lemma product_blind bs l : (forall b, In b bs -> blind l (k b)) -> blind l (product bs).
Proof.
  intros H n Hn a w. unfold product. induction bs as [|b bs IH]; simpl; [reflexivity|].
  rewrite (H b) by (trivial; now left). f_equal. apply IH. intros c Hc. apply H. now right.
Qed.
Lemma product_norm bs w : (forall b, In b bs -> law b) -> ordered bs ->
  sums (flat_map heads bs) (product bs) w = 1.
Proof.
  revert w. induction bs as [|b bs IH]; intros w L O; simpl; [reflexivity|]. destruct O as [Ob O].
  rewrite sums_app.
  rewrite (sums_same _ _ (k b)); [apply L; now left|]. intros u.
  change (product (b :: bs)) with (fun w => k b w * product bs w). rewrite sums_pull.
  - rewrite IH; [ring|intros; apply L; now right|assumption].
  - intros n Hn a v. apply in_flat_map in Hn. destruct Hn as [c [Hc Hn]]. now apply (Ob c Hc).
Qed.
(** what comes after sums to 1 *)
Theorem product_prefix bs cs : (forall b, In b cs -> law b) -> ordered (bs ++ cs) ->
  sums (flat_map heads cs) (product (bs ++ cs)) = product bs.
Proof.
  intros L O. apply functional_extensionality; intros w.
  rewrite (sums_same _ _ (fun w => product bs w * product cs w)) by (intros; apply product_app).
  assert (Oc : ordered cs) by (induction bs; simpl in O; tauto).
  rewrite sums_pull; [rewrite product_norm by assumption; ring|].
  apply product_blind. intros b Hb n Hn. apply in_flat_map in Hn. destruct Hn as [c [Hc Hn]].
  clear Oc L. induction bs as [|d bs IH]; simpl in *; [contradiction|].
  destruct Hb as [->|Hb]; [|now apply IH].
  apply (proj1 O c); [apply in_or_app; now right|assumption].
Qed.
(** a block given places before it, among which is all that it looks at *)
Theorem product_step bs b cs l all w : NoDup all -> Permutation all (flat_map heads (bs ++ b :: cs)) ->
  (forall d, In d (b :: cs) -> law d) -> ordered (bs ++ b :: cs) ->
  (forall n, In n l -> In n (flat_map heads bs)) ->
  blind (minus (flat_map heads bs) l) (k b) ->
  marginal all (product (bs ++ b :: cs)) (heads b ++ l) w = k b w * marginal all (product (bs ++ b :: cs)) l w.
Proof.
  intros Na Pa L O I B.
  assert (Nf : NoDup (flat_map heads (bs ++ b :: cs))) by now apply (Permutation_NoDup Pa).
  assert (Na' := Nf). rewrite flat_map_app in Na'. simpl in Na'.
  set (pre := flat_map heads bs) in *.
  assert (Npre : NoDup pre).
  { clear - Na'. induction pre as [|x p IH]; [constructor|]. simpl in Na'. inversion_clear Na'.
    constructor; [|now apply IH]. intros H1. apply H. apply in_or_app. now left. }
  assert (Dh : forall n, In n pre -> ~ In n (heads b ++ flat_map heads cs)).
  { clear - Na'. induction pre as [|x p IH]; simpl; [easy|]. simpl in Na'. inversion_clear Na'.
    intros n [<-|Hn]; [|now apply IH]. intros H1. apply H. apply in_or_app. now right. }
  assert (Ds : NoDup (heads b ++ flat_map heads cs)).
  { clear - Na'. induction pre; simpl in Na'; [assumption|]. inversion_clear Na'. auto. }
  assert (Dc : forall n, In n (heads b) -> ~ In n (flat_map heads cs)).
  { clear - Ds. induction (heads b) as [|x p IH]; simpl; [easy|]. simpl in Ds. inversion_clear Ds.
    intros n [<-|Hn]; [|now apply IH]. intros H1. apply H. apply in_or_app. now right. }
  assert (Nc : NoDup (flat_map heads cs)).
  { clear - Ds. induction (heads b); simpl in Ds; [assumption|]. inversion_clear Ds. auto. }
  assert (E : forall m, (forall n, In n m -> In n pre \/ In n (heads b)) -> forall r,
    NoDup r -> (forall n, In n r <-> (In n pre \/ In n (heads b)) /\ ~ In n m) ->
    marginal all (product (bs ++ b :: cs)) m = sums r (product (bs ++ [b]))).
  { intros m Im r Nr Hr. rewrite <- (product_prefix (bs ++ [b]) cs).
    - rewrite <- sums_app. rewrite <- app_assoc. simpl. apply sums_permutation, NoDup_Permutation.
      + now apply NoDup_minus.
      + apply NoDup_app_intro; [assumption|assumption|]. intros n Hn. apply Hr in Hn.
        destruct Hn as [[Hn|Hn] _]; [|now apply Dc]. intros Hc. apply (Dh n Hn). apply in_or_app. now right.
      + intros n. rewrite in_minus, in_app_iff, Hr.
        assert (Ia : In n all <-> In n pre \/ In n (heads b) \/ In n (flat_map heads cs)).
        { split; intros Hn.
          - apply (Permutation_in _ Pa) in Hn. rewrite flat_map_app in Hn. simpl in Hn.
            rewrite !in_app_iff in Hn. tauto.
          - apply (Permutation_in _ (Permutation_sym Pa)). rewrite flat_map_app. simpl.
            rewrite !in_app_iff. tauto. }
        rewrite Ia. specialize (Im n). pose proof (Dh n) as D1. pose proof (Dc n) as D2.
        rewrite in_app_iff in D1. tauto.
    - intros c Hc. apply L. now right.
    - rewrite <- app_assoc. exact O. }
  rewrite (E (heads b ++ l)) with (r := minus pre l).
  2:{ intros n. rewrite in_app_iff. specialize (I n). tauto. }
  2:{ now apply NoDup_minus. }
  2:{ intros n. rewrite in_minus, in_app_iff. pose proof (Dh n) as D1. rewrite in_app_iff in D1. tauto. }
  rewrite (E l) with (r := minus pre l ++ heads b).
  2:{ intros n Hn. left. now apply I. }
  2:{ apply NoDup_app_intro; [now apply NoDup_minus| |].
      - clear - Ds. induction (heads b) as [|x p IH]; [constructor|]. simpl in Ds. inversion_clear Ds.
        constructor; [|now apply IH]. intros H1. apply H. apply in_or_app. now left.
      - intros n. rewrite in_minus. intros [H1 _] H2. apply (Dh n H1). apply in_or_app. now left. }
  2:{ intros n. rewrite in_app_iff, in_minus. pose proof (I n) as I1. pose proof (Dh n) as D1.
      rewrite in_app_iff in D1. destruct (in_dec (same W) n l); tauto. }
  rewrite sums_app.
  assert (F : sums (heads b) (product (bs ++ [b])) = product bs).
  { pose proof (product_prefix bs [b]) as Q. simpl in Q. rewrite app_nil_r in Q. apply Q.
    - intros c [<-|[]]. apply L. now left.
    - clear - O. induction bs as [|d bs IH]; simpl in *; [tauto|]. destruct O as [O1 O2]. split; [|auto].
      intros c Hc. apply O1. rewrite in_app_iff in *. simpl in *. tauto. }
  rewrite F. rewrite (sums_same _ _ (fun w => k b w * product bs w)).
  - now apply sums_pull.
  - intros u. rewrite product_app. unfold product at 2. simpl. ring.
Qed.
End Sums.
Arguments sums {W} l f w.
Arguments marginal {W} all f l w.
Arguments given {W} all f l g w.
Arguments blind {W} l f.
Arguments minus {W} l m.

(* ------------------------------------------------------------------ *)
(** * Places, once more *)
Lemma in_range i low high : In i (range low high) <-> (low <= i <= high)%Z.
Proof.
  unfold range. rewrite in_map_iff. split.
  - intros [n [<- H]]. apply in_seq in H. lia.
  - intros H. exists (Z.to_nat (i - low)). rewrite in_seq. lia.
Qed.
Lemma NoDup_range low high : NoDup (range low high).
Proof. apply Injective_map_NoDup; [|apply seq_NoDup]. intros a b H. lia. Qed.
Lemma in_one i j : In i (one j) <-> i = j. Proof. simpl. intuition congruence. Qed.
Lemma in_both i l m : In i (both l m) <-> In i l \/ In i m. Proof. apply in_app_iff. Qed.
Lemma existsb_in i l : existsb (Z.eqb i) l = true <-> In i l.
Proof. rewrite existsb_exists. split; [intros [j [H ->%Z.eqb_eq]]; exact H|]. intros H. exists i. now rewrite Z.eqb_refl. Qed.
Lemma in_without i l m : In i (without l m) <-> In i l /\ ~ In i m.
Proof.
  unfold without. rewrite filter_In. pose proof (existsb_in i m) as E.
  destruct (existsb (Z.eqb i) m); simpl; intuition discriminate.
Qed.
Lemma minus_map (W : world) (tag : Z -> place W) r l m : (forall i, In (tag i) l <-> In i m) ->
  minus (map tag r) l = map tag (without r m).
Proof.
  intros H. unfold minus, without. induction r as [|i r IH]; simpl; [reflexivity|].
  destruct (in_dec (same W) (tag i) l) as [a|a]; destruct (existsb (Z.eqb i) m) eqn:X;
    simpl; rewrite IH; trivial; exfalso.
  - apply H, existsb_in in a. congruence.
  - apply a, H, existsb_in, X.
Qed.
Lemma minus_app (W : world) (r s l : list (place W)) : minus (r ++ s) l = minus r l ++ minus s l.
Proof. apply filter_app. Qed.
Lemma minus_one_in (W : world) (n : place W) l : In n l -> minus [n] l = [].
Proof. intros H. unfold minus. simpl. now destruct (in_dec (same W) n l). Qed.
Lemma minus_one_out (W : world) (n : place W) l : ~ In n l -> minus [n] l = [n].
Proof. intros H. unfold minus. simpl. now destruct (in_dec (same W) n l). Qed.
Lemma range_split low i high : (low <= i <= high)%Z -> range low high = range low (i - 1) ++ i :: range (i + 1) high.
Proof.
  intros H. unfold range.
  replace (Z.to_nat (high - low + 1)) with (Z.to_nat (i - 1 - low + 1) + S (Z.to_nat (high - (i + 1) + 1)))%nat by lia.
  rewrite seq_app, map_app. f_equal. simpl. f_equal; [lia|].
  set (s := S (Z.to_nat (i - 1 - low + 1))). assert (E : (low + Z.of_nat s = i + 1 + Z.of_nat 0)%Z) by lia.
  generalize (Z.to_nat (high - (i + 1) + 1)). intros n. revert E. generalize s. generalize O.
  clear. induction n as [|n IH]; intros o s E; simpl; [reflexivity|].
  f_equal; [lia|]. apply IH. lia.
Qed.

(* ------------------------------------------------------------------ *)
(** * Sums over slices are sums over places of a world *)
Lemma sums_sequence A l F v : sums (W := of_sequence A) l F v = Sum (seqs A l v) F.
Proof.
  revert v. induction l as [|i l IH]; intros v; simpl; [unfold Sum; simpl; ring|].
  unfold sum1. simpl. rewrite (Sum_ext _ _ (fun a => Sum (seqs A l (put v i a)) F)) by (intros; apply IH).
  unfold Sum. simpl. induction (enum A) as [|a r IHr]; simpl; [reflexivity|].
  rewrite lsum_app, <- IHr. reflexivity.
Qed.
Lemma sums_left U V l F u v : sums (W := beside U V) (map inl l) F (u, v) = sums l (fun u => F (u, v)) u.
Proof.
  revert u. induction l as [|i l IH]; intros u; simpl; [reflexivity|].
  apply Sum_ext. intros a. apply IH.
Qed.
Lemma sums_right U V l F u v : sums (W := beside U V) (map inr l) F (u, v) = sums l (fun v => F (u, v)) v.
Proof.
  revert v. induction l as [|i l IH]; intros v; simpl; [reflexivity|].
  apply Sum_ext. intros a. apply IH.
Qed.
Lemma sums_variable A F v : sums (W := of_variable A) [tt] F v = Sum A F.
Proof. reflexivity. Qed.
Lemma seqs_put (A : alphabet) l (F : (Z -> A) -> R) v i a : In i l -> Sum (seqs A l (put v i a)) F = Sum (seqs A l v) F.
Proof.
  intros H. rewrite <- !sums_sequence.
  exact (blind_summed (of_sequence A) l F i H a v).
Qed.
Theorem tower_over (W : world) all (f : W -> R) ms l k G (D : domain) (inj : D -> W) (q b : D -> R) w :
  NoDup all -> (forall w, 0 <= f w) ->
  (forall G, sums ms G w = Sum D (fun d => G (inj d))) ->
  NoDup ms -> incl ms all -> (forall n, In n ms -> ~ In n l) -> (forall n, In n k <-> In n l \/ In n ms) ->
  (forall d, q d = marginal all f k (inj d) / marginal all f l (inj d)) ->
  (forall d, 0 < marginal all f k (inj d) -> b d = given all f k G (inj d)) ->
  0 < marginal all f l w ->
  Sum D (fun d => q d * b d) = given all f l G w.
Proof.
  intros Na N O Nm Im D' K Q B H.
  rewrite <- (given_tower W all f l ms k G (given all f k G) w); trivial.
  rewrite O. apply Sum_ext. intros d. rewrite Q.
  destruct (marginal_nonneg W all f k (inj d) N) as [P|P]; [now rewrite B|].
  rewrite <- P. unfold Rdiv. ring.
Qed.

(* ------------------------------------------------------------------ *)
(** * What a certificate shows of its families *)
Lemma put_same {T} (v : Z -> T) i a j : i = j -> put v i a j = a.
Proof. intros ->. unfold put. now rewrite Z.eqb_refl. Qed.
Lemma put_other {T} (v : Z -> T) i a j : j <> i -> put v i a j = v j.
Proof. intros H. unfold put. now destruct (Z.eqb_spec j i). Qed.
Lemma slice_put {T} (v : Z -> T) i a low high : (i < low \/ high < i)%Z -> slice (put v i a) low high = slice v low high.
Proof. intros H. apply map_ext_in. intros j Hj%in_range. apply put_other. lia. Qed.
Lemma over_sequence (W : world) (tag : Z -> place W) (A : alphabet) (inj : (Z -> A) -> W) G :
  (forall i G v, sum1 W (tag i) G (inj v) = Sum A (fun a => G (inj (put v i a)))) ->
  forall m v, sums (map tag m) G (inj v) = Sum (seqs A m v) (fun v' => G (inj v')).
Proof.
  intros H m. induction m as [|i m IH]; intros v; simpl; [unfold Sum; simpl; ring|].
  rewrite H, (Sum_ext _ _ (fun a => Sum (seqs A m (put v i a)) (fun v' => G (inj v')))) by (intros; apply IH).
  unfold Sum. simpl. induction (enum A) as [|a r IHr]; simpl; [reflexivity|].
  rewrite lsum_app, <- IHr. reflexivity.
Qed.
Lemma minus_nil (W : world) (l : list (place W)) : minus l [] = l.
Proof. induction l as [|n l IH]; [reflexivity|]. unfold minus in *. simpl in *. now f_equal. Qed.
Lemma flat_map_flat_map {A B C} (f : A -> list B) (g : B -> list C) l :
  flat_map g (flat_map f l) = flat_map (fun a => flat_map g (f a)) l.
Proof. induction l; simpl; [reflexivity|now rewrite flat_map_app, IHl]. Qed.
Lemma length_flat_map_same {A B} (f : A -> list B) n l : (forall a, length (f a) = n) -> length (flat_map f l) = (n * length l)%nat.
Proof. intros H. induction l; simpl; [lia|rewrite app_length, H, IHl; lia]. Qed.
Lemma range_length low high : length (range low high) = Z.to_nat (high - low + 1).
Proof. unfold range. now rewrite map_length, seq_length. Qed.
Lemma lprod_flat_map {A B} (f : A -> list B) (g : B -> R) l : lprod g (flat_map f l) = lprod (fun a => lprod g (f a)) l.
Proof. induction l; simpl; [reflexivity|now rewrite lprod_app, IHl]. Qed.
Lemma lprod_rev {A} (g : A -> R) l : lprod g (rev l) = lprod g l.
Proof. induction l; simpl; [reflexivity|rewrite lprod_app, IHl; simpl; ring]. Qed.
Lemma lprod_ext {A} (f g : A -> R) l : (forall a, f a = g a) -> lprod f l = lprod g l.
Proof. intros H. induction l; simpl; [reflexivity|now rewrite H, IHl]. Qed.
Section Orders.
Variables (W : world) (block : Type) (heads : block -> list (place W)) (k : block -> W -> R).
Notation ordered := (ordered W block heads k).
Lemma ordered_app bs cs : ordered bs -> ordered cs ->
  (forall b c, In b bs -> In c cs -> blind (heads c) (k b)) -> ordered (bs ++ cs).
Proof.
  intros O1 O2 H. induction bs as [|b bs IH]; simpl in *; [assumption|]. destruct O1 as [O1 O1']. split.
  - intros c Hc. apply in_app_or in Hc. destruct Hc; [now apply O1|apply H; auto].
  - apply IH; trivial. intros; apply H; auto.
Qed.
Lemma ordered_list (g : Z -> list block) (before : Z -> Z -> Prop) l : Sorted.StronglySorted before l ->
  (forall i, In i l -> ordered (g i)) ->
  (forall i j b c, In i l -> In j l -> before i j -> In b (g i) -> In c (g j) -> blind (heads c) (k b)) ->
  ordered (flat_map g l).
Proof.
  intros S. induction S as [|i l S IH F]; intros H1 H2; simpl; [trivial|]. apply ordered_app.
  - apply H1. now left.
  - apply IH; [intros; apply H1; now right|]. intros j m b c Hj Hm. apply H2; now right.
  - intros b c Hb Hc. apply in_flat_map in Hc. destruct Hc as [j [Hj Hc]].
    apply (H2 i j b c); trivial; [now left|now right|]. rewrite Forall_forall in F. now apply F.
Qed.
End Orders.
Lemma sorted_range low high : Sorted.StronglySorted Z.lt (range low high).
Proof.
  unfold range. generalize (Z.to_nat (high - low + 1)), O. clear high. intros n. induction n as [|n IH]; intros s; simpl; constructor.
  - apply IH.
  - rewrite Forall_forall. intros j Hj. apply in_map_iff in Hj. destruct Hj as [m [<- Hm]]. apply in_seq in Hm. lia.
Qed.
Lemma sorted_app (l : list Z) i : Sorted.StronglySorted (fun i j => (j < i)%Z) l -> (forall j, In j l -> (i < j)%Z) ->
  Sorted.StronglySorted (fun i j => (j < i)%Z) (l ++ [i]).
Proof.
  intros S H. induction S as [|j l S IH F]; simpl; [constructor; constructor|]. constructor.
  - apply IH. intros; apply H; now right.
  - rewrite Forall_forall in *. intros m Hm. apply in_app_or in Hm. destruct Hm as [Hm|[<-|[]]]; auto. apply H. now left.
Qed.
Lemma sorted_back low high : Sorted.StronglySorted (fun i j => (j < i)%Z) (rev (range low high)).
Proof.
  pose proof (sorted_range low high) as S. induction S as [|i l S IH F]; simpl; [constructor|].
  apply sorted_app; trivial. intros j Hj. apply in_rev in Hj. rewrite Forall_forall in F. now apply F.
Qed.

(** membership of places *)
Ltac in_known := repeat match goal with
  | H : False |- _ => destruct H
  | H : _ /\ _ |- _ => destruct H
  | H : _ \/ _ |- _ => destruct H
  | H : exists _, _ |- _ => destruct H
  | H : In _ (_ ++ _) |- _ => apply in_app_or in H
  | H : In _ (both _ _) |- _ => apply in_both in H
  | H : In _ (one _) |- _ => apply in_one in H
  | H : In _ (range _ _) |- _ => apply in_range in H
  | H : In _ (without _ _) |- _ => apply in_without in H
  | H : In _ (minus _ _) |- _ => apply in_minus in H
  | H : In _ (map _ _) |- _ => apply in_map_iff in H
  | H : In _ (rev _) |- _ => apply in_rev in H
  | H : In _ (flat_map _ _) |- _ => apply in_flat_map in H
  | H : In _ nil |- _ => destruct H
  | H : In _ (_ :: _) |- _ => destruct H
  | H : inl _ = inl _ |- _ => injection H; clear H; intros H
  | H : inr _ = inr _ |- _ => injection H; clear H; intros H
  | H : (_, _) = (_, _) |- _ => injection H; clear H; intros
  | H : inl _ = inr _ |- _ => discriminate H
  | H : inr _ = inl _ |- _ => discriminate H
  | x := _ |- _ => subst x
  | H : ?x = _ |- _ => is_var x; subst x
  | H : _ = ?x |- _ => is_var x; subst x
  end; cbn [fst snd] in *.
Ltac in_goal := lazymatch goal with
  | |- In _ (_ ++ _) => apply in_or_app; first [ left; solve [in_goal] | right; solve [in_goal] ]
  | |- In _ (both _ _) => apply in_both; first [ left; solve [in_goal] | right; solve [in_goal] ]
  | |- In _ (one _) => apply in_one; lia
  | |- In _ (range _ _) => first [ apply in_range; lia | match goal with H : forall _, _ |- _ => apply H; solve [in_goal] end ]
  | |- In _ (map _ _) => apply in_map_iff; eexists; split; [reflexivity | in_goal]
  | |- In _ (rev _) => apply -> in_rev; in_goal
  | |- In _ (without _ _) => apply in_without; split; [in_goal | out_goal]
  | |- In _ (minus _ _) => apply in_minus; split; [in_goal | out_goal]
  | |- In _ (_ :: _) => first [ left; solve [ reflexivity | repeat f_equal; lia ] | right; solve [in_goal] ]
  | |- In _ _ => first [ assumption | match goal with H : incl _ _ |- _ => apply H; in_goal
                         | H : forall _, _ |- _ => apply H; first [assumption | in_goal | lia] end ]
  end
with out_goal := let H := fresh in intros H; in_known; first [ contradiction | lia | congruence
  | match goal with K : ~ In _ _ |- _ => apply K; solve [in_goal] end | tauto ].
Ltac places := intros; in_known; first [ solve [in_goal] | solve [out_goal] | lia | tauto | congruence
  | split; intros; in_known; first [ solve [in_goal] | solve [out_goal] | lia | tauto ]
  | left; solve [in_goal] | right; solve [in_goal] ].
Ltac nodup_places := first [ apply NoDup_range
  | apply NoDup_app_intro; [ nodup_places | nodup_places | solve [places] ]
  | apply Injective_map_NoDup; [ let E := fresh in intros ? ? E; congruence | nodup_places ]
  | constructor; [ solve [places] | nodup_places ] | constructor ].
Ltac by_over := first [ reflexivity
  | match goal with |- @sums ?W (map ?tag ?m) ?G ?w = Sum (seqs ?A ?m ?v) _ =>
      let f := eval pattern v in w in
      match f with ?inj _ => exact (over_sequence W tag A inj G (fun _ _ _ => eq_refl) m v) end end ].
Ltac by_marginal all d over :=
  unfold d, marginal, all; rewrite ?minus_app;
  repeat match goal with |- context [@minus ?W (map ?tag ?r) ?l] =>
    match l with context [map ?tag' ?m] => unify tag tag'; let E := fresh in
      assert (E : @minus W (map tag r) l = map tag (without r m)) by (apply (minus_map W tag r l m); solve [places]);
      rewrite E; clear E end end;
  repeat (first [ rewrite minus_one_in by (solve [places]) | rewrite minus_one_out by (solve [places]) ]);
  rewrite ?sums_app; repeat (over; apply Sum_ext; let u := fresh in intros u); reflexivity.
Ltac kernel_put := repeat match goal with
  | |- context [put ?v ?i ?a ?j] => first [ rewrite (put_same v i a j) by lia | rewrite (put_other v i a j) by lia ]
  | |- context [slice (put ?v ?i ?a) ?l ?h] => rewrite (slice_put v i a l h) by lia
  end.
Ltac by_blind := let n := fresh in let Hn := fresh in let a := fresh in let w := fresh in
  intros n Hn a w; cbn in Hn; in_known; cbn; f_equal; kernel_put; reflexivity.
Ltac by_laws unf := unf; in_known; unfold law; let w := fresh "w" in intros w; cbn; unfold sum1; cbn;
  repeat match goal with w : (_ * _)%type |- _ => destruct w; cbn end;
  (eapply eq_trans; [ apply Sum_ext; let a := fresh in intros a; kernel_put; reflexivity |]);
  match goal with H : _ |- _ => solve [ apply H ] end.
Ltac by_ordered_ := lazymatch goal with
  | |- ordered _ _ _ _ (_ ++ _) => apply ordered_app; [ by_ordered_ | by_ordered_ | intros ? ? ? ?; in_known; by_blind ]
  | |- ordered _ _ _ _ (flat_map _ (range _ _)) => eapply ordered_list; [ apply sorted_range | intros; by_ordered_ | cbv beta; intros ? ? ? ? ? ? ? ? ?; in_known; by_blind ]
  | |- ordered _ _ _ _ (flat_map _ (rev _)) => eapply ordered_list; [ apply sorted_back | intros; by_ordered_ | cbv beta; intros ? ? ? ? ? ? ? ? ?; in_known; by_blind ]
  | |- ordered _ _ _ _ (_ :: _) => split; [ intros ? ?; in_known; by_blind | by_ordered_ ]
  | |- ordered _ _ _ _ nil => exact I
  end.
Ltac by_ordered unf := unf; by_ordered_.
Ltac innermost n := lazymatch n with inl ?i => innermost i | inr ?i => innermost i | _ => n end.
Ltac by_permuted once unf := apply NoDup_Permutation_bis; [ exact once | |];
  unf; rewrite ?flat_map_app, ?flat_map_flat_map; cbn [flat_map app fst snd];
  [ repeat (progress (rewrite ?app_length, ?map_length; cbn [length]));
    repeat (erewrite length_flat_map_same by (intros; cbn [length]; reflexivity)); rewrite ?rev_length, ?range_length; lia
  | let n := fresh in let Hn := fresh in intros n Hn; in_known; places_flat ]
with places_flat := lazymatch goal with
  | |- In ?n (?a :: _) => let i := innermost n in let p := innermost a in first
      [ left; reflexivity | (destruct (Z.eq_dec i p); [ left; repeat f_equal; lia | right; solve [places_flat] ]) | right; solve [places_flat] ]
  | |- In _ (_ ++ _) => apply in_or_app; first [ left; solve [places_flat] | right; solve [places_flat] ]
  | |- In ?n (flat_map _ _) => apply in_flat_map; let i := innermost n in first
      [ exists i; split; solve [in_goal] | exists (i + 1)%Z; split; solve [in_goal] | exists (i - 1)%Z; split; solve [in_goal]
      | exists (i + 2)%Z; split; solve [in_goal] | exists (i - 2)%Z; split; solve [in_goal] ]
  | |- _ => in_goal
  end.
Ltac by_product unf := apply functional_extensionality; let w := fresh "w" in intros w;
  unf; tables; unfold product; rewrite ?lprod_app, ?lprod_flat_map, ?lprod_rev; cbn [lprod fold_right fst snd];
  unfold Prod; cbn [enum upto];
  repeat match goal with |- context [lprod ?f ?l] => match goal with |- context [lprod ?g l] =>
    tryif constr_eq f g then fail else
    (replace (lprod f l) with (lprod g l) by (apply lprod_ext; intros; unfold lprod; simpl; ring)) end end;
  first [ reflexivity | unfold lprod; simpl; ring ].
Ltac by_mass prod perm laws ord := unfold marginal; rewrite minus_nil, prod, (sums_permutation _ _ _ _ perm);
  apply product_norm; [ apply laws | apply ord ].
Ltac by_split blocks i := unfold blocks; rewrite ?(range_split _ i) by lia; rewrite ?flat_map_app, ?rev_app_distr;
  cbn [flat_map rev app]; rewrite ?flat_map_app; cbn [flat_map app]; rewrite <- ?app_assoc; cbn [app]; rewrite ?app_nil_r; reflexivity.

(** a factor is the conditional that it is declared to be *)
Lemma step_at (W : world) all f (block : Type) heads k blocks bs b cs l h w :
  NoDup all -> f = product W block k blocks -> Permutation all (flat_map heads blocks) ->
  (forall c, In c blocks -> law W block heads k c) -> ordered W block heads k blocks ->
  blocks = bs ++ b :: cs -> (forall n, In n l -> In n (flat_map heads bs)) ->
  blind (minus (flat_map heads bs) l) (k b) ->
  (forall n, In n h <-> In n (heads b) \/ In n l) ->
  marginal all f h w = k b w * marginal all f l w.
Proof.
  intros Na -> Pa L O -> I B H.
  rewrite (marginal_same W all _ h (heads b ++ l)).
  - apply product_step; trivial. intros c Hc. apply L. apply in_or_app. now right.
  - intros n _. rewrite in_app_iff. apply H.
Qed.
Lemma conditional_at (W : world) all (f : W -> R) h l w k : marginal all f h w = k * marginal all f l w ->
  0 < marginal all f l w -> marginal all f h w / marginal all f l w = k.
Proof. intros -> H. field. lra. Qed.
Lemma unconditional_at (W : world) all (f : W -> R) h w k : marginal all f h w = k * marginal all f [] w ->
  marginal all f [] w = 1 -> marginal all f h w = k.
Proof. intros -> ->. ring. Qed.
Ltac at_the_end := match goal with _ : (?i <= ?h)%Z |- _ =>
  let E := fresh in destruct (Z.eq_dec i h) as [E|E]; [ solve [rewrite ?E in *; places_flat] | solve [places_flat] ] end.
Ltac places_in_blocks := intros; in_known; rewrite ?flat_map_app, ?flat_map_flat_map; cbn [flat_map app fst snd];
  rewrite ?app_nil_r; first [ solve [places_flat] | at_the_end ].
Ltac blind_at := let n := fresh in let Hn := fresh in let a := fresh in let w := fresh in
  intros n Hn a w; apply in_minus in Hn; destruct Hn as [Hn ?];
  rewrite ?flat_map_app, ?flat_map_flat_map in Hn; cbn [flat_map app fst snd] in Hn; cbn in Hn |- *; in_known; cbn; f_equal;
  repeat match goal with
  | |- context [put ?v ?i ?a ?j] => destruct (Z.eq_dec j i);
      [ exfalso; first [ lia | match goal with H : ~ In _ _ |- _ => apply H; solve [in_goal] end ] | rewrite (put_other v i a j) by lia ]
  | |- context [slice (put ?v ?i ?a) ?l ?h] => destruct (Z_le_dec l i); [ destruct (Z_le_dec i h) | ];
      [ exfalso; match goal with H : ~ In _ _ |- _ => apply H; solve [in_goal] end
      | rewrite (slice_put v i a l h) by lia | rewrite (slice_put v i a l h) by lia ]
  end; try reflexivity;
  exfalso; match goal with H : ~ In _ _ |- _ => apply H; solve [in_goal] end.
Ltac or_goal := lazymatch goal with
  | |- _ \/ _ => first [ left; solve [or_goal] | right; solve [or_goal] ]
  | |- _ => in_goal end.
Ltac by_factor unf kern b once prod perm laws ord mass cut :=
  lazymatch goal with
  | |- marginal ?all ?f ?h ?w / marginal ?all ?f ?l ?w = ?r =>
      change r with (kern b w); apply (conditional_at _ all f h l w); [ | assumption ]
  | |- marginal ?all ?f ?h ?w = ?r => change r with (kern b w); apply (unconditional_at _ all f h w); [ | apply mass ] end;
  (eapply (step_at _ _ _ _ _ kern _ _ b); [ exact once | apply prod | exact perm | apply laws | apply ord | exact cut
    | unf; places_in_blocks | unf; blind_at
    | unf; cbn [fst snd]; let n := fresh in intros n; split; intros; in_known; or_goal ]).

(* ------------------------------------------------------------------ *)
(** * Steps between lines of one shape *)
Lemma weight_same w a b : 0 <= w -> (0 < w -> a = b) -> w * a = w * b.
Proof. intros [H|<-] E; [now rewrite E|ring]. Qed.
Lemma Sum_gather (D : domain) f g h : (forall a, In a (enum D) -> f a = g a + h a) -> Sum D f = Sum D g + Sum D h.
Proof. intros H. rewrite <- Sum_plus. now apply Sum_ext_in. Qed.
Lemma Sum_gather_minus (D : domain) f g h : (forall a, In a (enum D) -> f a = g a - h a) -> Sum D f = Sum D g - Sum D h.
Proof. intros H. rewrite <- Sum_minus. now apply Sum_ext_in. Qed.
Lemma index_first low high (f : Z -> R) : (low <= high)%Z -> Sum (upto low high) f = f low + Sum (upto (low + 1) high) f.
Proof. intros H. unfold Sum. simpl. rewrite (range_split low low) by lia.
  replace (range low (low - 1)) with (@nil Z); [reflexivity|]. unfold range. now replace (Z.to_nat (low - 1 - low + 1)) with O by lia. Qed.
Lemma index_last low high (f : Z -> R) : (low <= high)%Z -> Sum (upto low high) f = Sum (upto low (high - 1)) f + f high.
Proof. intros H. unfold Sum. cbn [enum upto]. rewrite (range_split low high high) by lia.
  rewrite lsum_app. replace (range (high + 1) high) with (@nil Z); [f_equal; unfold lsum; cbn; ring|].
  unfold range. now replace (Z.to_nat (high - (high + 1) + 1)) with O by lia. Qed.
(** what telescopes *)
Lemma index_telescopes low high (f : Z -> R) : (low <= high + 1)%Z ->
  Sum (upto low high) (fun i => f (i - 1)%Z - f i) = f (low - 1)%Z - f high.
Proof.
  intros H. unfold Sum. simpl. unfold range.
  assert (E : (high = low - 1 + Z.of_nat (Z.to_nat (high - low + 1)))%Z) by lia.
  generalize dependent (Z.to_nat (high - low + 1)). intros n ->. clear H. revert low.
  induction n as [|n IH]; intros low.
  { replace (low - 1 + Z.of_nat 0)%Z with (low - 1)%Z by lia. unfold lsum. cbn. ring. }
  change (f (low + Z.of_nat 0 - 1)%Z - f (low + Z.of_nat 0)%Z +
    lsum (fun i => f (i - 1)%Z - f i) (map (fun m => (low + Z.of_nat m)%Z) (seq 1 n)) =
    f (low - 1)%Z - f (low - 1 + Z.of_nat (S n))%Z).
  rewrite <- seq_shift, map_map. specialize (IH (low + 1)%Z).
  rewrite (map_ext (fun m => (low + Z.of_nat (S m))%Z) (fun m => (low + 1 + Z.of_nat m)%Z)) by (intros; lia).
  cbn [enum upto] in IH. rewrite IH. replace (low + Z.of_nat 0)%Z with low by lia. replace (low + 1 - 1)%Z with low by lia.
  replace (low - 1 + Z.of_nat (S n))%Z with (low + Z.of_nat n)%Z by lia. ring.
Qed.
Ltac bounded := repeat match goal with
  | H : In ?i (enum (upto ?l ?h)) |- _ => apply in_range in H
  end.
Ltac ln_apart := repeat first
  [ rewrite ln_div by (first [ assumption | pos ]) | rewrite ln_mult by (first [ assumption | pos ]) ].
Ltac same_already := lazymatch goal with |- ?a = ?a => reflexivity end.
Ltac leaf := cbv beta; first [ same_already | assumption | ring | (unfold Rdiv; ring) | solve [ field; nzs ] | solve [ ln_apart; ring ] ].
Ltac descend := cbv beta; first
  [ same_already
  | lazymatch goal with
    | |- ln ?a = ln ?b => apply f_equal; solve [descend]
    | |- - ?a = - ?b => apply f_equal; solve [descend]
    | |- Sum ?D _ = Sum ?D _ => apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; bounded; solve [descend]
    | |- Sum ?D _ = Sum _ (fun _ => Sum ?D _) => etransitivity; [ | apply Sum_swap ]; solve [descend]
    | |- Sum ?D _ = Sum ?D _ - Sum ?D _ => apply Sum_gather_minus; let a := fresh "a" in let H := fresh in intros a H; bounded; solve [descend]
    | |- Sum ?D _ = Sum ?D _ + Sum ?D _ => apply Sum_gather; let a := fresh "a" in let H := fresh in intros a H; bounded; solve [descend]
    | |- ?w * ?a = ?w * ?b => apply weight_same; [ nn | let H := fresh in intros H; split_pos; solve [descend] ]
    | |- ?w * (?a - ?b) = ?w * ?c - ?w * ?d => transitivity (w * (c - d)); [ apply weight_same; [ nn | let H := fresh in intros H; split_pos; solve [descend] ] | ring ]
    end
  | lazymatch goal with
    | |- ?a + ?b = ?c + ?d => f_equal; solve [descend]
    | |- ?a - ?b = ?c - ?d => f_equal; solve [descend]
    | |- ?w * _ = Sum _ _ => rewrite <- ?Sum_scal; solve [descend]
    | |- Sum _ _ = ?w * _ => rewrite <- ?Sum_scal; solve [descend]
    end
  | solve [leaf] ].
Ltac seq_start := intros; lines; derived; tables; elbo_unfold.
Ltac seq_eq := seq_start; solve [ descend | symmetry; descend ].

(** a marginal summed over some of its places, and where one is positive *)
Ltac places_iff := let n := fresh in let Hn := fresh in let Hm := fresh in
  intros n Hn; split; intros Hm; in_known;
  repeat match goal with |- context [minus _ _] => idtac end; first [ solve [or_goal] | solve [out_goal] | tauto ].
Ltac by_same := match goal with |- marginal ?a ?f ?l ?w = marginal _ _ ?m _ =>
  rewrite (marginal_same _ a f l m); [ reflexivity | places_iff ] end.
Ltac by_sum all is over once :=
  intros; (etransitivity; [ apply Sum_ext; let v := fresh in intros v; apply is | ]);
  (etransitivity; [ symmetry; apply over | ]);
  rewrite marginal_sum; [ rewrite is; by_same | exact once
    | first [ apply Injective_map_NoDup; [ let E := fresh in intros ? ? E; congruence | assumption ] | nodup_places ]
    | unfold all; intros ? ?; in_known; solve [or_goal] | intros ? ?; in_known; solve [or_goal] ].
Ltac by_more once sign := eapply marginal_positive; [ exact once | apply sign | | eassumption ];
  intros; in_known; solve [or_goal].
(** a certificate says which lemmas there are *)
Ltac smaller := fail.
Ltac summed := fail.
Ltac places_arith := intros; rewrite ?in_both, ?in_one, ?in_range, ?in_without, ?in_both, ?in_one, ?in_range; cbn [In]; lia.
Ltac by_smaller lemma := eapply lemma;
  [ first [ eassumption | match goal with S : forall _, _ |- _ => eapply S; eassumption end ] | .. ];
  first [ solve [places_arith] | intros; in_known; solve [or_goal] ].
Ltac places_same := first [ solve [places_arith] | places_cases ]
with places_cases := let n := fresh in let Hm := fresh in
  intros n; split; intros Hm; in_known; first [ solve [or_goal] | solve [out_goal] | exfalso; lia
    | exfalso; match goal with K : ~ In _ _ |- _ => apply K; solve [in_goal] end | tauto ].
Ltac by_summed lemma same := first
  [ apply same; solve [places_same]
  | (rewrite lemma; [ apply same; solve [places_same] | .. ])
  | (etransitivity; [ | symmetry; apply lemma ]; [ apply same; solve [places_same] | .. ]) ];
  unfold incl; first [ apply NoDup_range | solve [places_arith] | solve [nodup_places] | intros ? ?; in_known; solve [or_goal] ].

(** 0 < t, where marginals stand in t *)
Ltac spos := cbv beta; lazymatch goal with
  | |- 0 < ?a * ?b => first [ assumption | apply Rmult_lt_0_compat; spos ]
  | |- 0 < ?a / ?b => first [ assumption | apply Rdiv_lt_0_compat; spos ]
  | |- 0 < Prod _ _ => apply Prod_pos_in; let i := fresh in let H := fresh in intros i H; bounded; spos
  | |- 0 < _ => first [ assumption | solve [smaller] | solve [pos] | spos_same ]
  end
with spos_same := match goal with K : 0 < ?a |- 0 < ?b => replace b with a; [ exact K | solve [ summed | symmetry; summed ] ] end.
Ltac snz := repeat match goal with |- _ /\ _ => split end; first [ apply Rgt_not_eq; unfold Rgt; spos | lra ].
Ltac ln_apart ::= repeat first
  [ rewrite ln_div by spos | rewrite ln_mult by spos | rewrite ln_Prod_in by (intros; bounded; spos) ].
Ltac alike_one := fail.
Ltac alike := repeat alike_one.
Ltac by_same_places lemma := apply lemma; solve [places_same].
Ltac leaf_alike := first [ same_already | ring | (unfold Rdiv; ring)
  | solve [ field; snz ] | solve [ ln_apart; ring ] | solve [ ln_apart; unfold Rdiv; ring ] ].
Ltac leaf ::= cbv beta; first [ same_already | assumption | solve [summed] | solve [ alike; leaf_alike ] ].
Ltac known ::= intros; derived; tables; elbo_unfold; split_pos; first [ assumption | solve [spos] | solve [pos] | solve [nz] | solve [snz] | known_else ].
